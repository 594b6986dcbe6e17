/** A bound on what runs at once, for bare `node:http`. */
import type { IncomingMessage } from 'node:http'
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http'
import { createConnectGuard, nodeReader } from '@spillway/http/node'
import { nodeEnvironment } from '../environment.ts'
import type { NodeMiddleware, RefusalHandler, RefusalOptions } from './refusal.ts'

/** Middleware, and the means to look at it and change it while it runs. */
export type ConcurrencyLimitHandler = NodeMiddleware &
  ConcurrencyLimitHandle & { readonly policy: ConcurrencyLimitPolicy<IncomingMessage> }

/**
 * Lets `limit` requests run at once and `maxQueue` wait, and answers the others with 503. A request runs until its handler has
 * given its whole answer, or its client has left. For resources whose size is known; where the right number is not known use
 * {@link overloadControl}. Throws a TypeError or RangeError for bad options.
 *
 * `createServer((req, res) => limit(req, res, () => handle(req, res)))`
 */
export function concurrencyLimit(
  options: ConcurrencyLimitOptions<IncomingMessage> & RefusalOptions,
): ConcurrencyLimitHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('concurrencyLimit', options)
  const policy = createConcurrencyPolicy(nodeReader, nodeEnvironment(), rest)
  return Object.assign(createConnectGuard(policy, handler), { policy, ...concurrencyLimitHandle(policy) })
}
