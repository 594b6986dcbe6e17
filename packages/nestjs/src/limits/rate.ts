/** A rate limit that decorators name or carry. */
import { checkNumber } from '@spillway/core'
import type { Environment } from '@spillway/core'
import { createRateLimitPolicy, exposingQuota, rateLimitHandle, takeHandler, takeQuotaName } from '@spillway/http'
import type { HttpPolicy, RateLimitHandle, RateLimitPolicy } from '@spillway/http'
import type { CallHandler, NestRateLimitOptions } from '../options.ts'
import { callReaderFor, rawRequest } from '../reader.ts'
import { remembering } from './refusal-handlers.ts'

/** A rate limit and the means to look at it and change it while it runs. */
export interface NamedRateLimit extends RateLimitHandle {
  readonly policy: RateLimitPolicy<object>
}

type CostOf = (req: never) => number | undefined

/** What `@Cost` says of the call that asks; handed over by the request, for a policy reads nothing else. */
const costs = new WeakMap<object, CostOf>()

/** Sets what the next question for this request costs, at every rate limit. */
export function setCost(request: object, cost: CostOf | undefined): void {
  if (cost !== undefined) costs.set(request, cost)
  else costs.delete(request)
}

/** Requests that passed a rate limit as middleware: its guard lets them pass. */
const passedBy = new WeakMap<HttpPolicy<object>, WeakSet<object>>()

/** Notes that a request has passed, so that it is counted once. */
export function markPassed(policy: HttpPolicy<object>, request: object): void {
  let passed = passedBy.get(policy)
  if (passed === undefined) passedBy.set(policy, (passed = new WeakSet()))
  passed.add(rawRequest(request))
}

/** Makes a rate limit. Throws a TypeError or RangeError for bad options. */
export function createRate(
  name: string | undefined,
  options: NestRateLimitOptions<never>,
  environment: Environment,
): NamedRateLimit {
  const { quotaName, rest: others } = takeQuotaName(options)
  const { handler, rest } = takeHandler<CallHandler, typeof others>('rateLimit', others)
  const named = name === undefined || rest.identifier !== undefined ? rest : { name, ...rest }
  const made = createRateLimitPolicy<never>(callReaderFor(rest), environment, { ...named, cost: decorated(rest.cost) })
  const policy = made as unknown as RateLimitPolicy<object>
  exposingQuota(policy, { expose: (req, info) => void Reflect.set(req, quotaName, info), refused: true })
  remembering(policy, handler)
  const skip = policy.skip.bind(policy)
  // Refusals of guards are exceptions in any mode, made by the guard.
  Object.assign(policy, {
    mode: 'respond',
    skip: (req: object) => passedBy.get(policy)?.has(rawRequest(req)) === true || skip(req),
  })
  return { policy, ...rateLimitHandle(policy, environment.clock) }
}

/** `@Cost` goes before the option. A bad constant throws at once. */
function decorated(own: NestRateLimitOptions<never>['cost'] = 1): CostOf {
  if (typeof own !== 'function') checkNumber('rateLimit', 'cost', own, { min: 0, max: Number.MAX_SAFE_INTEGER })
  const ownCost: CostOf = typeof own === 'function' ? own : () => own
  return (req) => (costs.get(req) ?? ownCost)(req)
}
