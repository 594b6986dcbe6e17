/** What a load run can be asked to do, and the defaults. */
import { type ArrivalKind, arrivalKinds } from './schedule.ts'
import type { Shared } from './random.ts'

/** A stretch of the run at one mean rate. */
export interface Phase {
  readonly name?: string
  /** Mean requests per second. */
  readonly rate: number
  /** Length; `Infinity` runs until the handle is stopped. */
  readonly seconds: number
  /** Overrides the arrivals of the run. */
  readonly arrivals?: ArrivalKind
}

/** A class of requests (a priority, a tenant): its name goes into the header. */
export interface LoadClass extends Shared {
  readonly name: string
}

/** A path that is asked for. */
export interface LoadPath extends Shared {
  readonly path: string
}

/** When a request is sent again. Every try has its own timeout. */
export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly tries: number
  /** Pause before another try; 0 retries at once, as a retry storm does. */
  readonly backoffMs: number
}

export interface LoadOptions {
  /** Where to; only `http:`. Its path is asked for unless `paths` are given. */
  readonly url: string
  readonly phases: readonly Phase[]
  readonly arrivals?: ArrivalKind
  /** `fresh`: a new connection per request. A number: as many kept-alive connections at most, opened when needed. */
  readonly connections?: 'fresh' | number
  /** A request that has no whole answer this long after its intended start counts as unanswered; its socket is destroyed. */
  readonly timeoutMs?: number
  readonly seed?: number
  readonly paths?: readonly LoadPath[]
  readonly priorities?: readonly LoadClass[]
  readonly priorityHeader?: string
  readonly tenants?: readonly LoadClass[]
  readonly tenantHeader?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly retries?: RetryOptions
  /** Length of a slice of the report. */
  readonly sliceMs?: number
  /** Spins while the next request is less than 2 ms away: exact to microseconds, at the price of a core. */
  readonly precise?: boolean
}

export type SettledOptions = Required<LoadOptions>

/** Fills in the defaults. Throws a RangeError for what cannot be run. */
export function settleOptions(options: LoadOptions): SettledOptions {
  const settled: SettledOptions = {
    arrivals: 'constant',
    connections: 'fresh',
    timeoutMs: 500,
    seed: 1,
    paths: [{ path: new URL(options.url).pathname + new URL(options.url).search, share: 1 }],
    priorities: [],
    priorityHeader: 'x-priority',
    tenants: [],
    tenantHeader: 'x-tenant',
    headers: {},
    retries: { tries: 1, backoffMs: 0 },
    sliceMs: 250,
    precise: true,
    ...options,
  }
  if (new URL(settled.url).protocol !== 'http:') refuse('url', 'an http: address', settled.url)
  if (!arrivalKinds.includes(settled.arrivals)) refuse('arrivals', arrivalKinds.join(', '), settled.arrivals)
  if (settled.phases.length === 0) refuse('phases', 'at least one phase', settled.phases.length)
  for (const phase of settled.phases) {
    if (!(phase.rate >= 0 && phase.rate <= 1e6)) refuse('rate', '>= 0 and <= 1000000', phase.rate)
    if (!(phase.seconds > 0)) refuse('seconds', '> 0', phase.seconds)
  }
  const { connections, timeoutMs, sliceMs, retries } = settled
  const bounded = connections === 'fresh' || (Number.isInteger(connections) && connections >= 1)
  if (!bounded) refuse('connections', '"fresh" or an integer >= 1', connections)
  if (!(timeoutMs >= 1 && timeoutMs <= 60_000)) refuse('timeoutMs', '>= 1 and <= 60000', timeoutMs)
  if (!(sliceMs >= 10)) refuse('sliceMs', '>= 10', sliceMs)
  if (!(Number.isInteger(retries.tries) && retries.tries >= 1))
    refuse('retries.tries', 'an integer >= 1', retries.tries)
  return settled
}

function refuse(option: string, expected: string, value: unknown): never {
  throw new RangeError(`load: option "${option}" must be ${expected}, got ${String(value)}`)
}
