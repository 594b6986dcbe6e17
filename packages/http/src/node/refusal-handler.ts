/** Refusals in the user's own words: the option `handler` of adapters whose responses are those of node:http. */
import type { Refused, RefuseHook } from './guard.ts'
import { defaultLinger } from './linger.ts'
import { closeAfterRefusal } from './write-refusal.ts'

/**
 * Makes a hook of what the user wants done with refusals. Status and headers are set before, all but those that describe the body. What
 * `handle` throws, or rejects with, goes to `next`; it is not told of clients that have left.
 */
export function refuseWith<Req>(handle: (refused: Refused<Req>) => unknown): RefuseHook<Req> {
  return (refused) => {
    const { res, next, rejection } = refused
    if (rejection.reason === 'cancelled' || res.headersSent) return
    setRefusal(refused)
    try {
      const result = handle(refused)
      if (result instanceof Promise) void result.then(undefined, next)
    } catch (error) {
      next(error)
    }
  }
}

/** Sets status and headers of a refusal on its response, all but those that describe the body. */
function setRefusal({ res, refusal }: Pick<Refused<never>, 'res' | 'refusal'>): void {
  const { status, headers } = refusal
  res.statusCode = status
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    if (!name.toLowerCase().startsWith('content-')) res.setHeader(name, headers[i + 1] as string)
  }
  closeAfterRefusal(res.req, res, defaultLinger)
}
