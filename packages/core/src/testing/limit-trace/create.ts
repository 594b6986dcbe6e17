/** Makes the limit that a trace is of: class and parameters as Netflix names them. */
import type { Random } from '../../clock.ts'
import type { Limit, LimitSnapshot } from '../../concurrency/limit.ts'
import { AimdLimit } from '../../concurrency/limit/aimd.ts'
import { GradientLimit } from '../../concurrency/limit/gradient.ts'
import { Gradient2Limit } from '../../concurrency/limit/gradient2.ts'
import { VegasLimit } from '../../concurrency/limit/vegas.ts'
import { WindowedLimit, delegateSnapshot } from '../../concurrency/limit/windowed.ts'
import { TraceParams } from './params.ts'
import { readWindow } from './window-params.ts'

/** A limit to replay a trace against. */
export interface TraceLimit {
  readonly limit: Limit
  /** What it has learnt, by the names of the trace; `limit` is rounded down. */
  state(): Readonly<Record<string, number | undefined>>
  /** How many times it has asked for chance beyond the draws that were recorded. */
  readonly missingDraws: number
  /** Parameters that mean nothing for this class, and had no say. */
  readonly ignored: readonly string[]
}

type Snapshotting = Limit & { snapshot(): LimitSnapshot }

/** What making a limit may draw upon. */
interface Parts {
  readonly params: TraceParams
  /** Chance as recorded; `toChance` says which number in [0, 1) a recorded value came from. */
  readonly random: (toChance: (drawn: number) => number) => Random
}

const makers: Readonly<Record<string, (parts: Parts) => Snapshotting>> = {
  aimdlimit: ({ params }) =>
    new AimdLimit(
      options({
        ...bounds(params),
        backoffRatio: params.number('backoffRatio'),
        timeoutMs: params.time(5e9, 'timeout'),
      }),
    ),
  vegaslimit: ({ params, random }) =>
    new VegasLimit(
      options({
        ...bounds(params),
        smoothing: params.number('smoothing'),
        alpha: params.amount('alpha', 'alphaFunction'),
        beta: params.amount('beta', 'betaFunction'),
        threshold: params.amount('threshold', 'thresholdFunction'),
        increase: params.move(1, 'increase', 'increaseFunction'),
        decrease: params.move(-1, 'decrease', 'decreaseFunction'),
        probeMultiplier: params.number('probeMultiplier'),
        random: random((jitter) => (jitter - 0.5) / 0.5),
      }),
    ),
  gradientlimit: ({ params, random }) => {
    const interval = probeInterval(params)
    return new GradientLimit(
      options({
        ...bounds(params),
        queueSize: params.amount('queueSize', 'queueSizeFunction'),
        smoothing: params.number('smoothing'),
        rttTolerance: params.number('rttTolerance', 'tolerance'),
        backoffRatio: params.number('backoffRatio'),
        probeInterval: interval,
        random: random((countdown) => (countdown - (interval ?? 1000) + 0.5) / (interval ?? 1000)),
      }),
    )
  },
  gradient2limit: ({ params }) =>
    new Gradient2Limit(
      options({
        ...bounds(params),
        queueSize: params.amount('queueSize', 'queueSizeFunction'),
        smoothing: params.number('smoothing'),
        rttTolerance: params.number('rttTolerance', 'tolerance'),
        longWindow: params.number('longWindow'),
        warmup: params.number('warmup'),
      }),
    ),
}

/**
 * The limit of a trace. Times go in and out in the unit of the trace, not in ms: the rules know no unit. Functions of the limit may be
 * numbers or formulas such as `3*log10i`, `max(4,sqrti)`, `-log10i`; the window of a `WindowedLimit(...)` may be written `average`,
 * `percentile 0.9`, `percentile(0.9,200)`, `p90` or `{ percentile: 0.9, windowSize: 200 }`. A `WindowedLimit` rounds averages down to
 * whole units here, as Java's long does.
 * @param className as Netflix names it, for example `VegasLimit` or `WindowedLimit(Gradient2Limit)`
 * @param draws jitters of Vegas or countdowns of Gradient, in the order in which they were drawn
 * @throws TypeError for a class or a parameter that means nothing, RangeError for a parameter out of range
 */
export function createTraceLimit(
  className: string,
  params: Readonly<Record<string, unknown>> = {},
  draws: readonly number[] = [],
  unit = 'ns',
): TraceLimit {
  const windowed = /^\s*windowed(?:limit)?\s*(?:\(\s*(\w+)\s*\))?\s*$/i.exec(className)
  const chance = new RecordedChance(draws)
  const own = new TraceParams(params, unit)
  if (windowed === null) return traceLimit(make(className, own, chance), chance, own.unread)
  const { name, inner, isApart } = findDelegate(own, params, unit)
  const delegate = make(windowed[1] ?? name ?? '', inner, chance)
  const limit = new WindowedLimit(inWholeUnits(delegate), options(readWindow(own)))
  const unread = isApart ? [...own.unread, ...inner.unread] : own.unread.filter((each) => inner.unread.includes(each))
  return traceLimit(limit, chance, unread)
}

/** The parameters of what is behind a window: apart from those of the window, or among them. */
function findDelegate(
  own: TraceParams,
  params: Readonly<Record<string, unknown>>,
  unit: string,
): { name: string | undefined; inner: TraceParams; isApart: boolean } {
  const found = [own.find('delegateParams'), own.find('delegate')]
  const name = [own.find('delegateClass'), ...found].find((each) => typeof each === 'string')
  const apart = found.find(isRecord)
  if (apart === undefined) return { name, inner: new TraceParams(params, unit), isApart: false }
  const outer = new TraceParams(apart, unit)
  const [ownName, nested] = [outer.find('class', 'type'), outer.find('params')]
  const inner = isRecord(nested) ? new TraceParams(nested, unit) : outer
  return { name: typeof ownName === 'string' ? ownName : name, inner, isApart: true }
}

/** Averages rounded down to whole units, as Java's long does. */
function inWholeUnits(delegate: Snapshotting): Snapshotting {
  return {
    get value() {
      return delegate.value
    },
    sample: (now, rtt, inflight, dropped) => delegate.sample(now, Math.trunc(rtt), inflight, dropped),
    snapshot: () => delegate.snapshot(),
  }
}

/** Values that were drawn when the trace was made. */
class RecordedChance {
  readonly #draws: readonly number[]
  #next = 0

  constructor(draws: readonly number[]) {
    this.#draws = draws
  }

  get missing(): number {
    return Math.max(0, this.#next - this.#draws.length)
  }

  random(toChance: (drawn: number) => number): Random {
    return () => {
      const drawn = this.#draws[this.#next++]
      return drawn === undefined ? 0.5 : toChance(drawn)
    }
  }
}

function make(className: string, params: TraceParams, chance: RecordedChance): Snapshotting {
  const maker = makers[className.trim().toLowerCase()] ?? makers[`${className.trim().toLowerCase()}limit`]
  if (maker !== undefined) return maker({ params, random: (toChance) => chance.random(toChance) })
  throw new TypeError(
    `limit trace: unknown class ${JSON.stringify(className)}; known are AIMDLimit, VegasLimit, GradientLimit, Gradient2Limit and WindowedLimit(...)`,
  )
}

function traceLimit(limit: Snapshotting, chance: RecordedChance, ignored: readonly string[]): TraceLimit {
  return {
    limit,
    ignored,
    get missingDraws() {
      return chance.missing
    },
    state() {
      const outer = limit.snapshot()
      const inner = outer.kind === 'WindowedLimit' ? delegateSnapshot(outer) : outer
      const at = (detail: string, from = inner): number | undefined => from[detail] as number | undefined
      return {
        limit: Math.trunc(limit.value),
        estimated: inner.limit,
        longRtt: at('longRttMs'),
        rttNoLoad: at('noLoadRttMs'),
        probeCount: at('probeCount'),
        probeJitter: at('probeJitter'),
        resetRttCounter: at('probeCountdown'),
        nextUpdateTime: at('closesAt', outer),
      }
    },
  }
}

function bounds(params: TraceParams): Record<'initialLimit' | 'minLimit' | 'maxLimit', number | undefined> {
  return {
    initialLimit: params.number('initialLimit'),
    minLimit: params.number('minLimit', 'minConcurrency'),
    maxLimit: params.number('maxLimit', 'maxConcurrency'),
  }
}

/** Netflix turns probes off with -1. */
function probeInterval(params: TraceParams): number | undefined {
  const value = params.find('probeInterval')
  if (typeof value === 'string' && /^(?:disabled|never|none|off)$/i.test(value)) return Infinity
  const interval = params.number('probeInterval')
  return interval !== undefined && interval < 0 ? Infinity : interval
}

/** Without the options that nothing was said about. */
function options<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
