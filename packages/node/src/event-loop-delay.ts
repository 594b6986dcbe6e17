/** How long work waits for its turn of the event loop. */
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import { Drift } from './drift.ts'
import { attempt, builtins, detectRuntime } from './runtime.ts'
import { sampledSignal, type SampledSignal, type SamplingOptions, type Source } from './sampled-signal.ts'

/** Options of {@link eventLoopDelaySignal}. */
export interface EventLoopDelayOptions extends SamplingOptions {
  /** The mean delay at which pressure is 1. 1 to 60,000, default 250: a small stall must not shed. */
  readonly limitMs?: Millis
  /** Over how long the mean is taken. 10 to 60,000, default 500. */
  readonly windowMs?: Millis
  /** Distance of the timers whose delay is measured. 1 to 1000, default 10. */
  readonly resolutionMs?: Millis
  /** Gives the mean delay in ms since its last reading. Default: what the runtime has. */
  readonly source?: Source
}

/**
 * Mean delay of the event loop over a window: processor overload as a client feels it. Prefer it to
 * {@link eventLoopUtilizationSignal} for shedding, because a loop may be fully used and still be in time; neither sees work that waits for
 * a downstream. Reading in ms. On Node.js from `monitorEventLoopDelay`, whose mean includes its resolution (subtracted here); elsewhere
 * from the lateness of a timer, because Deno's histogram is blind, workerd's throws and Bun's counts otherwise.
 */
export function eventLoopDelaySignal(options: EventLoopDelayOptions = {}): SampledSignal {
  const owner = 'eventLoopDelaySignal'
  checkKnown(owner, options, ['limitMs', 'windowMs', 'resolutionMs', 'source', 'sampler'])
  const resolutionMs = options.resolutionMs ?? 10
  checkNumber(owner, 'resolutionMs', resolutionMs, { min: 1, max: 1000, integer: true })
  return sampledSignal({
    name: 'event-loop-delay',
    limit: checkNumber(owner, 'limitMs', options.limitMs ?? 250, { min: 1, max: 60_000 }),
    periodMs: checkNumber(owner, 'windowMs', options.windowMs ?? 500, { min: 10, max: 60_000 }),
    source: options.source ?? delaySource(resolutionMs),
    sampler: options.sampler,
  })
}

function delaySource(resolutionMs: Millis): Source {
  const histogram = detectRuntime() === 'node' ? openHistogram(resolutionMs) : undefined
  if (histogram !== undefined) return histogramDelay(histogram, resolutionMs)
  const drift = new Drift(resolutionMs)
  return { start: (sampler) => drift.start(sampler), stop: () => drift.stop(), read: (now) => drift.takeMeanMs(now) }
}

function openHistogram(resolution: number): DelayHistogram | undefined {
  return attempt(() => builtins.perfHooks()?.monitorEventLoopDelay({ resolution }))
}

/** The part of Node's histogram that is used; its unit is the nanosecond. */
export interface DelayHistogram {
  readonly mean: number
  enable(): unknown
  disable(): unknown
  reset(): void
}

/** Reads Node's histogram of loop delays window by window. */
export function histogramDelay(histogram: DelayHistogram, resolutionMs: Millis): Source {
  return {
    start() {
      histogram.enable()
      histogram.reset()
    },
    stop: () => void histogram.disable(),
    read() {
      const meanMs = histogram.mean / 1e6
      histogram.reset()
      // NaN while it holds nothing: the signal then keeps its last reading.
      return Math.max(0, meanMs - resolutionMs)
    },
  }
}
