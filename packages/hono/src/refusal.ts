/** Refusals in the way of Hono. */
import { toHeaders, toHeadersBesideBody } from '@spillway/http'
import type { HandlerOption, HttpPolicy, RefusalDetails, RefusalError } from '@spillway/http'
import { toResponse } from '@spillway/http/web'
import type { Context, Next } from 'hono'
import { HTTPException } from 'hono/http-exception'

/** What Hono allows as the status of a response with a body; refusals are among them. */
type Status = ConstructorParameters<typeof HTTPException>[0] & Parameters<Context['status']>[0]

/** Answers a refusal: `(c) => c.text('later')`. What returns nothing sends status and headers alone. */
export type RefusalHandler = (
  c: Context,
  next: Next,
  details: RefusalDetails,
) => Response | undefined | void | Promise<Response | undefined | void>

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>

/** Turns a refusal into a response, or throws. */
export type Refuse = (c: Context, next: Next, details: RefusalDetails) => Response | Promise<Response>

/** What a policy does with refusals: the handler's answer, an exception, or the problem document. */
export function refuseBy({ mode }: Pick<HttpPolicy<Context>, 'mode'>, handler: RefusalHandler | undefined): Refuse {
  return function refuse(c, next, details) {
    const { refusal, rejection } = details
    if (rejection.reason === 'cancelled') return toResponse(refusal) // nobody is there to read it
    if (handler !== undefined) return handle(handler, c, next, details)
    if (mode === 'error') {
      throw new HTTPException(refusal.status as Status, { res: toResponse(refusal), cause: rejection })
    }
    // By the context, which knows of headers that were set before.
    const { status, headers, body } = refusal
    return c.newResponse(body === '' ? null : body, status as Status, toHeaders(headers))
  }
}

/** What the guard for Node.js makes of a refusal in mode `error`, as details. */
export function detailsOf(error: RefusalError): RefusalDetails {
  return { refusal: error.refusal, rejection: error.cause as RefusalDetails['rejection'] }
}

async function handle(handler: RefusalHandler, ...args: Parameters<RefusalHandler>): Promise<Response> {
  const [c, , { refusal }] = args
  c.status(refusal.status as Status)
  for (const [name, value] of Object.entries(toHeadersBesideBody(refusal.headers))) c.header(name, value)
  // why: a handler that returns what `next` gave it returns a context, whatever the types say.
  const response: unknown = await handler(...args)
  if (response instanceof Response) return response
  return c.finalized ? c.res : c.body(null)
}
