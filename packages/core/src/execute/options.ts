/** Options of an executor: how many at once, how many may wait, how long. */
import type { Clock } from '../clock.ts'
import type { Limit } from '../concurrency/limit.ts'
import { ConcurrencyLimiter } from '../concurrency/limiter.ts'
import { SettableLimit } from '../concurrency/limit/settable.ts'
import type { Limiter } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Discipline } from '../queue/discipline.ts'
import type { Waiter } from '../queue/waiter.ts'
import type { Millis, Outcome } from '../ticket.ts'

/** What of an {@link ExecutorOptions} may change while it runs. */
export interface ExecutorUpdate {
  /** How many jobs run at once; an integer >= 1, or `Infinity`. Only of an executor that was made with a `concurrency`. */
  readonly concurrency?: number
  /** How many may wait; an integer in 0..16777216, default 1000. At 0 what cannot start at once is refused. */
  readonly maxQueue?: number
  /** Longest wait; > 0, default `Infinity`: in a bounded line whoever waits comes first one day. Above 0.001. */
  readonly maxWaitMs?: Millis
  /** Longest that a job may run; > 0, default `Infinity`. Each job may have its own. */
  readonly timeoutMs?: Millis
}

/** How an {@link Executor} runs jobs. Give one of `concurrency`, `limit` and `limiter`. */
export interface ExecutorOptions extends ExecutorUpdate {
  /** Learns how many may run at once. */
  readonly limit?: Limit
  /** Says whether a job may start: any limiter or composition. Waits for `concurrency` and `rate`; other refusals are final. */
  readonly limiter?: Limiter
  /**
   * Another order of waiting; it has bounds of its own, so give no `maxQueue` with it.
   * Default: by criticality class and, within one, first come first served; when full, what matters more takes the newest place below.
   */
  readonly discipline?: Discipline<Waiter>
  /**
   * What becomes of the place of a job that timed out, or was aborted, and has not ended yet. `false` (default): it is free at once, for
   * such a job may never end; `abandoned` counts them. `true`: it is free when the job has ended, so never more run than may.
   */
  readonly holdUntilEnded?: boolean
  /** What an error of a job says about load to a `limit` or `limiter`: `dropped` for a timeout downstream. Default, and when it throws: `ignored`. */
  readonly outcomeOf?: (error: unknown) => Outcome
  /** Named in refusals; default `executor`. */
  readonly name?: string
  /** Default: the system's. */
  readonly clock?: Clock
}

const owner = 'Executor'
const changing = ['concurrency', 'maxQueue', 'maxWaitMs', 'timeoutMs'] as const
const known = [...changing, 'limit', 'limiter', 'discipline', 'holdUntilEnded', 'outcomeOf', 'name', 'clock']

/** What may start, in the three ways to say it. */
export interface Admission {
  readonly limiter: Limiter
  /** The limiter, if it only counts. */
  readonly places: ConcurrencyLimiter | undefined
  /** The limit, if it is a number that the executor may change. */
  readonly settable: SettableLimit | undefined
}

/** Checks all options. */
export function checkExecutor(options: ExecutorOptions): Admission {
  checkKnown(owner, options, known)
  checkUpdate(options)
  const { concurrency, limit, limiter, discipline, maxQueue, outcomeOf, holdUntilEnded = false } = options
  if ([concurrency, limit, limiter].filter((given) => given !== undefined).length !== 1)
    throw new TypeError(`${owner}: give exactly one of the options "concurrency", "limit" and "limiter"`)
  if (discipline !== undefined && maxQueue !== undefined)
    throw new TypeError(`${owner}: option "maxQueue" must not be given with "discipline", which has bounds of its own`)
  checkMethod('limit', limit, 'sample')
  checkMethod('limiter', limiter, 'admit')
  checkMethod('discipline', discipline, 'push')
  if (outcomeOf !== undefined) checkFunction(owner, 'outcomeOf', outcomeOf)
  if (typeof holdUntilEnded !== 'boolean')
    throw new TypeError(`${owner}: option "holdUntilEnded" must be a boolean, got ${String(holdUntilEnded)}`)
  if (limiter !== undefined) return { limiter, places: undefined, settable: undefined }
  const settable = limit === undefined ? new SettableLimit(concurrency!) : undefined
  const places = new ConcurrencyLimiter(settable ?? limit!, { name: options.name ?? 'executor' })
  return { limiter: places, places, settable }
}

/** Checks what shall change; throws before anything has. */
export function checkChange(change: ExecutorUpdate, admission: Admission, hasDiscipline: boolean): void {
  checkKnown(owner, change, changing)
  checkUpdate(change)
  if (change.concurrency !== undefined && admission.settable === undefined)
    throw new TypeError(`${owner}: option "concurrency" cannot change where a "limit" or "limiter" decides`)
  if (change.maxQueue !== undefined && hasDiscipline)
    throw new TypeError(`${owner}: option "maxQueue" cannot change where a "discipline" decides`)
}

/** A limit of another shape would fail at nothing and limit nothing. */
function checkMethod(option: string, value: object | undefined, method: string): void {
  if (value === undefined || (method in Object(value) && typeof value === 'object')) return
  throw new TypeError(`${owner}: option "${option}" must be an object with a method "${method}"`)
}

function checkUpdate(change: ExecutorUpdate): void {
  const { concurrency, maxQueue, maxWaitMs, timeoutMs } = change
  const some = { min: Number.MIN_VALUE, max: Infinity }
  if (concurrency !== undefined)
    checkNumber(owner, 'concurrency', concurrency, { min: 1, max: Infinity, integer: true })
  if (maxQueue !== undefined) checkNumber(owner, 'maxQueue', maxQueue, { min: 0, max: 16_777_216, integer: true })
  if (maxWaitMs !== undefined) checkNumber(owner, 'maxWaitMs', maxWaitMs, some)
  if (timeoutMs !== undefined) checkTimeout(timeoutMs)
}

/** Checks the timeout of one job, or of all. */
export function checkTimeout(timeoutMs: Millis): Millis {
  return checkNumber(owner, 'timeoutMs', timeoutMs, { min: Number.MIN_VALUE, max: Infinity })
}
