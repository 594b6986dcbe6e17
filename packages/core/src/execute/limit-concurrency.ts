/** A function of which only so many calls run at once. */
import type { Limit } from '../concurrency/limit.ts'
import type { Limiter } from '../limiter.ts'
import { checkFunction } from '../options.ts'
import { Executor } from './executor.ts'
import type { JobOptions } from './job.ts'
import type { ExecutorOptions } from './options.ts'

/** How calls wait and end, as in {@link ExecutorOptions}. */
export interface LimitConcurrencyOptions<A extends readonly unknown[]> extends Omit<
  ExecutorOptions,
  'concurrency' | 'limit' | 'limiter'
> {
  /** Signal, timeout, priority, cost and key of one call, from its arguments. If it throws, the call has none, and `failures` counts it. */
  readonly optionsOf?: (...args: A) => JobOptions | undefined
}

/** What {@link limitConcurrency} returns. */
export interface Limited<A extends readonly unknown[], R> {
  (...args: A): Promise<Awaited<R>>
  /** What runs the calls: sizes, `pause`, `drain`, `update`. */
  readonly executor: Executor
  /** How often `optionsOf` threw. */
  readonly failures: number
}

/**
 * Returns `fn` with a bound on how many of its calls run at once: a number, a limit that learns, or any limiter. Others wait, 1000 of
 * them unless `maxQueue` says otherwise, and beyond that a call rejects with an {@link OverloadError}. Use an {@link Executor} for jobs of
 * different kinds, and where a job that is aborted shall hear of it: `fn` gets its own arguments and no signal.
 */
export function limitConcurrency<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  limit: number | Limit | Limiter,
  options: LimitConcurrencyOptions<A> = {},
): Limited<A, R> {
  checkFunction('limitConcurrency', 'fn', fn)
  const { optionsOf, ...rest } = options
  if (optionsOf !== undefined) checkFunction('limitConcurrency', 'optionsOf', optionsOf)
  const executor = new Executor({ name: 'limitConcurrency', ...rest, ...boundOf(limit) })
  let failures = 0
  const about = (args: A): JobOptions | undefined => {
    try {
      return optionsOf!(...args)
    } catch {
      failures++
      return undefined
    }
  }
  const limited = (...args: A): Promise<Awaited<R>> =>
    executor.run(() => fn(...args), optionsOf === undefined ? undefined : about(args)) as Promise<Awaited<R>>
  return Object.defineProperties(limited as Limited<A, R>, {
    executor: { value: executor },
    failures: { get: () => failures },
  })
}

function boundOf(limit: number | Limit | Limiter): Pick<ExecutorOptions, 'concurrency' | 'limit' | 'limiter'> {
  if (typeof limit === 'object' && limit !== null) return 'admit' in limit ? { limiter: limit } : { limit }
  return { concurrency: limit }
}
