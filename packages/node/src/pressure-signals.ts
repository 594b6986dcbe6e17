/** The thresholds of under-pressure, as signals. */
import { checkFunction, checkKnown, checkNumber, type Millis } from '@spillway/core'
import { eventLoopDelaySignal } from './event-loop-delay.ts'
import { eventLoopUtilizationSignal } from './event-loop-utilization.ts'
import { heapSignal } from './heap.ts'
import { memorySignal } from './memory.ts'
import { hostProcess } from './runtime.ts'
import type { SampledSignal, SamplingOptions } from './sampled-signal.ts'

/** The part of `process.memoryUsage()` that is used. */
export interface MemoryUse {
  readonly heapUsed: number
  readonly rss: number
}

/** Thresholds under the names that under-pressure has for them. 0, the default of each, is no check. */
export interface PressureSignalsOptions extends SamplingOptions {
  /** Mean delay of the event loop; 1 to 60,000 ms. */
  readonly maxEventLoopDelay?: Millis
  /** Used heap, all generations; >= 1 byte. */
  readonly maxHeapUsedBytes?: number
  /** Resident set; >= 1 byte. */
  readonly maxRssBytes?: number
  /** Share of the time that the loop works, in the last `sampleInterval`; 0.01 to 1. */
  readonly maxEventLoopUtilization?: number
  /** How often each is measured, and over how long means are taken. 10 to 60,000, default 1000. */
  readonly sampleInterval?: Millis
  /** Default: `process.memoryUsage()`. */
  readonly memoryUsage?: () => MemoryUse | undefined
}

/**
 * Signals for whoever has thresholds already: each is 1 at its own. `overloadControl({ signals: pressureSignals({ maxRssBytes }) })`. The
 * defaults of {@link nodeEnvironment} know the limits of heap and container by themselves, and the spiral of the collector besides.
 * Signals start when they are first read. Throws a TypeError or RangeError that names the option.
 */
export function pressureSignals(options: PressureSignalsOptions): readonly SampledSignal[] {
  const owner = 'pressureSignals'
  checkKnown(owner, options, known)
  const { sampler, sampleInterval: periodMs = 1000, memoryUsage = () => hostProcess()?.memoryUsage?.() } = options
  checkNumber(owner, 'sampleInterval', periodMs, { min: 10, max: 60_000 })
  checkFunction(owner, 'memoryUsage', memoryUsage)
  const threshold = (option: keyof Thresholds, min: number, max: number): number | undefined => {
    const { [option]: given = 0 } = options
    return given === 0 ? undefined : checkNumber(owner, option, given, { min, max })
  }
  const delayMs = threshold('maxEventLoopDelay', 1, 60_000)
  const heapBytes = threshold('maxHeapUsedBytes', 1, Number.MAX_SAFE_INTEGER)
  const rssBytes = threshold('maxRssBytes', 1, Number.MAX_SAFE_INTEGER)
  const share = threshold('maxEventLoopUtilization', 0.01, 1)
  const sampling = sampler === undefined ? {} : { sampler }
  const heap = (): { usedBytes: number; limitBytes: number | undefined } => ({
    usedBytes: memoryUsage()?.heapUsed ?? 0,
    limitBytes: heapBytes,
  })
  const signals = [
    delayMs !== undefined && eventLoopDelaySignal({ limitMs: delayMs, windowMs: periodMs, ...sampling }),
    heapBytes !== undefined && heapSignal({ limit: 1, heap, periodMs, ...sampling }),
    rssBytes !== undefined &&
      memorySignal({ limit: 1, limitBytes: rssBytes, rss: () => memoryUsage()?.rss, periodMs, ...sampling }),
    share !== undefined && eventLoopUtilizationSignal({ limit: share, windowMs: periodMs, ...sampling }),
  ]
  return signals.filter((signal) => signal !== false)
}

type Thresholds = Pick<
  PressureSignalsOptions,
  'maxEventLoopDelay' | 'maxHeapUsedBytes' | 'maxRssBytes' | 'maxEventLoopUtilization'
>

const known: readonly (keyof PressureSignalsOptions)[] = [
  'maxEventLoopDelay',
  'maxHeapUsedBytes',
  'maxRssBytes',
  'maxEventLoopUtilization',
  'sampleInterval',
  'memoryUsage',
  'sampler',
]
