/** The overload control of the app, told what decorators say of the handler that a request will get to. */
import { checkOneOf, priorities } from '@spillway/core'
import type { Environment, OverloadControl, PriorityName } from '@spillway/core'
import { createOverloadPolicy, takeHandler } from '@spillway/http'
import type { OverloadPolicy, PriorityValue } from '@spillway/http'
import { MessageRequest } from './calls/message.ts'
import type { HandlerMarks } from './metadata.ts'
import type { FrontHandler, NestOverloadOptions } from './options.ts'
import { readerFor } from './reader.ts'

/** The policy, and what answers its refusals. */
export interface Overload {
  readonly policy: OverloadPolicy<object, OverloadControl>
  readonly handler: FrontHandler<never> | undefined
}

/** Looks a request up in the table of routes. */
export type FindMarks = (method: string, url: string) => HandlerMarks | undefined

/** Throws a TypeError or RangeError for bad options. */
export function createOverload(
  options: NestOverloadOptions<never>,
  environment: Environment,
  find: FindMarks,
): Overload {
  const { handler, rest } = takeHandler<FrontHandler<never>, typeof options>('overloadControl', options)
  const { skip } = rest
  const reader = readerFor<never>(rest)
  const marksOf = (req: never): HandlerMarks | undefined => {
    const request: object = req
    return request instanceof MessageRequest ? request.plan.marks : find(reader.method(req), reader.url(req))
  }
  const isSkipped = (req: never): boolean => {
    if (skip?.(req) === true) return true
    return marksOf(req)?.skipsOverload === true
  }
  const policy = createOverloadPolicy(reader, environment, {
    ...rest,
    skip: isSkipped,
    priority: priorityOf(rest, marksOf, (req, name) => reader.header(req, name)),
  })
  return { policy, handler }
}

type PriorityOf = (req: never) => PriorityValue | undefined

/** `@Priority` goes before a function of the options, that before the trusted header, that before a constant. */
function priorityOf(
  { priority, trustPriorityHeader }: NestOverloadOptions<never>,
  marksOf: (req: never) => HandlerMarks | undefined,
  header: (req: never, name: string) => string | undefined,
): PriorityOf {
  if (typeof priority === 'string') {
    checkOneOf('overloadControl', 'priority', priority, Object.keys(priorities) as PriorityName[])
  }
  const isTold = (req: never): boolean =>
    trustPriorityHeader !== undefined && header(req, trustPriorityHeader.toLowerCase()) !== undefined
  const own: PriorityOf = typeof priority === 'function' ? priority : (req) => (isTold(req) ? undefined : priority)
  return (req) => {
    const decorated = marksOf(req)?.priority
    return (typeof decorated === 'function' ? decorated(req) : decorated) ?? own(req)
  }
}
