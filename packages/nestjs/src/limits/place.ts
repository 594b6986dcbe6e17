/** A concurrency limit that decorators name or carry. */
import type { Environment } from '@spillway/core'
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type { ConcurrencyLimitHandle, ConcurrencyLimitPolicy, HttpPolicy } from '@spillway/http'
import type { CallHandler, NestConcurrencyLimitOptions } from '../options.ts'
import { callReaderFor } from '../reader.ts'
import { onePerRequest } from './one-per-request.ts'
import { remembering } from './refusal-handlers.ts'

/** A concurrency limit and the means to look at it and change it while it runs. */
export interface NamedConcurrencyLimit extends ConcurrencyLimitHandle {
  readonly policy: ConcurrencyLimitPolicy<object>
  /** The same places, of which all resolvers of one request hold one together. */
  readonly perRequest: HttpPolicy<object>
}

/** Makes a concurrency limit. Throws a TypeError or RangeError for bad options. */
export function createPlaces(
  name: string | undefined,
  options: NestConcurrencyLimitOptions<never>,
  environment: Environment,
): NamedConcurrencyLimit {
  const { handler, rest } = takeHandler<CallHandler, typeof options>('concurrencyLimit', options)
  const named = name === undefined || rest.identifier !== undefined ? rest : { name, ...rest }
  const made = createConcurrencyPolicy<never>(callReaderFor({}), environment, named)
  const policy = remembering(made as unknown as ConcurrencyLimitPolicy<object>, handler)
  // Refusals of guards are exceptions in any mode, made by the guard.
  Object.assign(policy, { mode: 'respond' })
  return { policy, perRequest: onePerRequest(policy), ...concurrencyLimitHandle(policy) }
}
