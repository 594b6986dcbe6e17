/** Overload control for bare `node:http`: as middleware, and in front of any handler. */
import type { IncomingMessage, RequestListener } from 'node:http'
import type { OverloadControl } from '@spillway/core'
import { createOverloadPolicy, overloadHandle, takeHandler } from '@spillway/http'
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http'
import { createConnectGuard, guardHandler, nodeReader } from '@spillway/http/node'
import { nodeEnvironment } from '../environment.ts'
import type { NodeListener } from '../server/action.ts'
import type { NodeMiddleware, RefusalHandler, RefusalOptions } from './refusal.ts'

type Handle = OverloadHandle & { readonly policy: OverloadPolicy<IncomingMessage, OverloadControl> }

/** Middleware with its handle. */
export type OverloadControlHandler = NodeMiddleware & Handle

/** A handler with overload control in front of it, and its handle. */
export type ProtectedListener = NodeListener & Handle

/**
 * Lets in what the process can serve well and answers the rest with 503, at once and by priority. Needs no figures: it learns them. Call it
 * before everything that costs something. For all of a server {@link protect} is less to write, and {@link protectServer} does more. Throws
 * a TypeError or RangeError for bad options.
 *
 * `createServer((req, res) => control(req, res, () => handle(req, res)))`
 */
export function overloadControl(
  options: OverloadControlOptions<IncomingMessage> & RefusalOptions = {},
): OverloadControlHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('overloadControl', options)
  const policy = createOverloadPolicy(nodeReader, nodeEnvironment(), rest)
  return Object.assign(createConnectGuard(policy, handler), { policy, ...overloadHandle(policy.control) })
}

/**
 * {@link overloadControl} in front of a whole handler, a framework's app included: a refusal costs a fraction of what a framework needs to
 * get to its first middleware. Requests are those of node:http or node:http2 there; callbacks see nothing of the framework. Throws a
 * TypeError or RangeError for bad options.
 *
 * `createServer(protect(app)).listen(3000)`
 */
export function protect(
  handler: RequestListener | NodeListener,
  options: OverloadControlOptions<IncomingMessage> = {},
): ProtectedListener {
  const policy = createOverloadPolicy(nodeReader, nodeEnvironment(), options)
  const listener = guardHandler(handler, policy) as NodeListener
  return Object.assign(listener, { policy, ...overloadHandle(policy.control) })
}
