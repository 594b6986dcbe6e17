/** Shows another limit one sample per window instead of every single one: outliers weigh less, and it moves at a steady pace. */
import { checkKnown, checkNumber, checkOneOf } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, Limit, LimitSnapshot } from '../limit.ts'
import { GivenOptions, WarmStart } from './learning.ts'
import { isRtt } from './rtt-baseline.ts'
import { AverageRtt, PercentileRtt, SampleWindow } from './sample-window.ts'

/** What of a {@link WindowedLimit} can change while it runs. */
export interface WindowedLimitSettings {
  /** A window lasts twice its least round trip, but at least this long. In ms, >= 1; 1000 by default. */
  readonly minWindowMs?: Millis
  /** And at most this long. In ms, >= `minWindowMs`; 1000 by default. */
  readonly maxWindowMs?: Millis
  /** A window with fewer samples is thrown away. Integer >= 1; 10 by default. */
  readonly windowSize?: number
  /** Work that was faster is no sample, whether dropped or not. In ms, >= 0; 0.1 by default. */
  readonly minRttMs?: Millis
  /** What the round trips of a window are made into; `average` by default. */
  readonly sampleWindow?: 'average' | 'percentile'
  /** Which percentile. > 0 and < 1; 0.9 by default. */
  readonly percentile?: number
  /** How many samples of a window count for the percentile: the first ones. Integer, `windowSize` to 100,000; 1000 by default. */
  readonly maxSamples?: number
}

/** Options of {@link WindowedLimit}. */
export interface WindowedLimitOptions extends WindowedLimitSettings {
  /** What another one had seen of its window. What its limit had learnt is {@link delegateSnapshot} of it. */
  readonly warmStart?: LimitSnapshot
}

type Settings = Required<WindowedLimitSettings>

const owner = 'WindowedLimit'
const names = [
  'minWindowMs',
  'maxWindowMs',
  'windowSize',
  'minRttMs',
  'sampleWindow',
  'percentile',
  'maxSamples',
] satisfies (keyof Settings)[]
const rules = { owner, names, check }
const ofDelegate = 'delegate.'

/**
 * Decorates any limit that learns from round trips. With each window the delegate gets one sample: the average or a percentile of the round
 * trips, the peak in flight, and whether anything was dropped. More than the rule does the window decide how Vegas and Gradient2 fare
 * under load; what each of them still fails at, it fails at more slowly. Callers who leave (`lost`) are passed on at once.
 * O(1), but when a window closes a percentile sorts up to `maxSamples` round trips.
 *
 * With default options exactly what Netflix's `WindowedLimit` passes on, but averages are not rounded to whole nanoseconds.
 * Source: Netflix concurrency-limits.
 */
export class WindowedLimit implements LearningLimit<WindowedLimitSettings> {
  readonly #delegate: Limit
  readonly #given: GivenOptions<WindowedLimitSettings, Settings>
  #settings: Settings
  #window: SampleWindow
  /** The window closes with the first sample after this. */
  #closesAt: Millis = -Infinity
  /** When the sample began that closed the last window: no clock that is right shows less afterwards. */
  #began: Millis = -Infinity

  constructor(delegate: Limit, options: WindowedLimitOptions = {}) {
    checkKnown(owner, options, [...names, 'warmStart'])
    const settings = check(options)
    this.#delegate = delegate
    this.#given = new GivenOptions(rules, options)
    this.#settings = settings
    this.#window = open(settings)
    const warm = new WarmStart(owner, options.warmStart)
    this.#window.restore(warm)
    if (!warm.has('closesAt')) return
    this.#closesAt = warm.number('closesAt', 0)
    this.#began = warm.number('began', 0)
  }

  get value(): number {
    return this.#delegate.value
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    if (!(rttMs >= this.#settings.minRttMs) || !isRtt(rttMs) || !Number.isFinite(now)) return
    this.#window.add(rttMs, inflight, dropped)
    if (now > this.#closesAt || now < this.#began) this.#close(now, rttMs)
  }

  lost(now: Millis, rttMs: Millis, inflight: number): void {
    this.#delegate.lost?.(now, rttMs, inflight)
  }

  /** What it has seen, and under `delegate.` what the delegate has learnt. */
  snapshot(): LimitSnapshot {
    const times = this.#closesAt === -Infinity ? {} : { closesAt: this.#closesAt, began: this.#began }
    const learnt = Object.entries(this.#delegate.snapshot?.() ?? {}).map(([name, value]) => [ofDelegate + name, value])
    return { kind: owner, limit: this.value, ...times, ...this.#window.snapshot(), ...Object.fromEntries(learnt) }
  }

  /** Another way to make round trips into one begins with an empty window. The delegate has an `update` of its own. */
  update(change: Partial<WindowedLimitSettings>): void {
    const old = this.#settings
    const settings = this.#given.change(change)
    this.#settings = settings
    const isSame = (['sampleWindow', 'percentile', 'maxSamples'] as const).every((name) => old[name] === settings[name])
    if (!isSame) this.#window = open(settings)
  }

  #close(now: Millis, rttMs: Millis): void {
    const { minWindowMs, maxWindowMs, windowSize } = this.#settings
    const window = this.#window
    this.#closesAt = now + Math.min(Math.max(window.minRttMs * 2, minWindowMs), maxWindowMs)
    this.#began = now - rttMs
    if (window.samples >= windowSize) this.#delegate.sample(now, window.rttMs(), window.maxInflight, window.dropped)
    window.clear()
  }
}

/** What the delegate had learnt, out of the snapshot of a {@link WindowedLimit}: the `warmStart` of its successor. */
export function delegateSnapshot(snapshot: LimitSnapshot): LimitSnapshot {
  const entries = Object.entries(snapshot).filter(([name]) => name.startsWith(ofDelegate))
  const learnt = Object.fromEntries(entries.map(([name, value]) => [name.slice(ofDelegate.length), value]))
  const { kind, limit } = learnt
  if (typeof kind === 'string' && typeof limit === 'number') return { ...learnt, kind, limit }
  throw new TypeError(
    `delegateSnapshot: needs the snapshot of a WindowedLimit whose delegate has one, got one of ${snapshot.kind}`,
  )
}

function open(settings: Settings): SampleWindow {
  const { sampleWindow, percentile, maxSamples } = settings
  return new SampleWindow(sampleWindow === 'average' ? new AverageRtt() : new PercentileRtt(percentile, maxSamples))
}

function check(options: WindowedLimitOptions): Settings {
  const most = Number.MAX_SAFE_INTEGER
  const { minWindowMs = Math.min(1000, options.maxWindowMs ?? 1000), windowSize = 10 } = options
  const { maxWindowMs = Math.max(1000, minWindowMs), maxSamples = Math.max(1000, windowSize) } = options
  checkNumber(owner, 'minWindowMs', minWindowMs, { min: 1, max: most })
  checkNumber(owner, 'windowSize', windowSize, { min: 1, max: 100_000, integer: true })
  return {
    minWindowMs,
    maxWindowMs: checkNumber(owner, 'maxWindowMs', maxWindowMs, { min: minWindowMs, max: most }),
    windowSize,
    minRttMs: checkNumber(owner, 'minRttMs', options.minRttMs ?? 0.1, { min: 0, max: most }),
    sampleWindow: checkOneOf(owner, 'sampleWindow', options.sampleWindow ?? 'average', ['average', 'percentile']),
    percentile: checkNumber(owner, 'percentile', options.percentile ?? 0.9, { min: 0.001, max: 0.999999 }),
    maxSamples: checkNumber(owner, 'maxSamples', maxSamples, { min: windowSize, max: 100_000, integer: true }),
  }
}
