/** A policy in front of the rest of a Koa app: refusals are answers of the context, so that outer middlewares see them. */
import { RefusalError, toHeaders, toHeadersBesideBody } from '@spillway/http'
import type { HandlerOption, HttpPolicy, Refusal, RefusalDetails } from '@spillway/http'
import { closeAfterRefusal, createNodeGuard, writeRefusal, type Refused } from '@spillway/http/node'
import type { Context, Next } from 'koa'

/** Answers a refusal: `(ctx) => { ctx.body = { tryAgain: ctx.response.get('Retry-After') } }`. */
export type RefusalHandler = (ctx: Context, next: Next, details: RefusalDetails) => unknown

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>

/** What a middleware is, before it has a name. */
type Pass = (ctx: Context, next: Next) => Promise<unknown>

/**
 * The guard of a policy. The promise is that of the rest of the app for a request that is let in, with nothing around it; else it settles
 * when the refusal is on the context, also when the client has left while it waited.
 */
export function guardOf(policy: HttpPolicy<Context>, handler: RefusalHandler | undefined): Pass {
  const guard = createNodeGuard(policy, (refused: Refused<Context>) => refused.next(refused))
  return function pass(ctx, next) {
    let going: Promise<unknown> | undefined
    let go: ((going: Promise<unknown>) => void) | undefined
    guard(ctx, ctx.res, (no) => {
      if (no === undefined) going = next()
      else if (no instanceof RefusalError) going = Promise.reject(lastOfConnection(ctx, no))
      else going = refuse(no as Refused<Context>, next, handler) // nothing else comes out of the hook
      go?.(going)
    })
    return going ?? new Promise((resolve) => (go = resolve))
  }
}

async function refuse(refused: Refused<Context>, next: Next, handler: RefusalHandler | undefined): Promise<void> {
  const { request: ctx, res, refusal, rejection } = refused
  const { status, headers } = refusal
  if (rejection.reason === 'cancelled') {
    ctx.status = status // for outer middlewares that write logs
    ctx.respond = false // nobody is there to read what Koa would write
    return
  }
  if (handler === undefined) return answer(ctx, refusal)
  if (res.headersSent) return
  closeAfterRefusal(res.req, res)
  ctx.status = status
  ctx.set(toHeadersBesideBody(headers))
  await handler(ctx, next, { refusal, rejection })
}

/** Puts a prepared answer on the context; on the response itself where somebody has told Koa to keep out of it. */
export function answer(ctx: Context, prepared: Refusal): void {
  const { req, res } = ctx
  if (ctx.respond === false) return writeRefusal(req, res, prepared)
  if (res.headersSent) return
  closeAfterRefusal(req, res)
  ctx.status = prepared.status
  ctx.body = prepared.body
  // After the body, for Koa guesses its type, and takes the length of an empty one for that of the answer to a HEAD.
  ctx.set(toHeaders(prepared.headers))
}

/** Koa's error handling keeps no header but those of the error, so one that closes the connection has to be among them. */
function lastOfConnection({ req, res }: Context, error: RefusalError): RefusalError {
  closeAfterRefusal(req, res)
  if (res.getHeader('connection') === 'close') Object.assign(error.headers, { Connection: 'close' })
  return error
}
