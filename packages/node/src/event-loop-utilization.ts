/** Which share of its time the event loop works. */
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import { Drift } from './drift.ts'
import { builtins, detectRuntime } from './runtime.ts'
import { sampledSignal, type SampledSignal, type SamplingOptions, type Source } from './sampled-signal.ts'

/** Time that a loop spent since its start; as `performance.eventLoopUtilization()` reports it. */
export interface LoopTimes {
  readonly active: Millis
  readonly idle: Millis
}

/** Options of {@link eventLoopUtilizationSignal}. */
export interface EventLoopUtilizationOptions extends SamplingOptions {
  /** The share at which pressure is 1. 0.01 to 1, default 1: saturated. */
  readonly limit?: number
  /** Over how long the share is taken. 10 to 60,000, default 500. */
  readonly windowMs?: Millis
  /** Reads the loop's times. Default: what the runtime has. */
  readonly times?: () => LoopTimes
}

/**
 * Share of the last window in which the loop worked. Each window is measured from the end of the one before: a share since the start of
 * the process forgets how to rise, and after a day of uptime cannot trip. Good for scaling out and for telling an idle loop behind a slow
 * downstream; for shedding prefer {@link eventLoopDelaySignal}. Reading 0 to 1. Bun, Deno and workerd report no utilization: there it is
 * the share of time in which timers were late, a lower bound.
 */
export function eventLoopUtilizationSignal(options: EventLoopUtilizationOptions = {}): SampledSignal {
  const owner = 'eventLoopUtilizationSignal'
  checkKnown(owner, options, ['limit', 'windowMs', 'times', 'sampler'])
  const times = options.times ?? nodeTimes()
  return sampledSignal({
    name: 'event-loop-utilization',
    limit: checkNumber(owner, 'limit', options.limit ?? 1, { min: 0.01, max: 1 }),
    periodMs: checkNumber(owner, 'windowMs', options.windowMs ?? 500, { min: 10, max: 60_000 }),
    source: times === undefined ? driftShare() : windowedShare(times),
    sampler: options.sampler,
  })
}

function nodeTimes(): (() => LoopTimes) | undefined {
  const performance = detectRuntime() === 'node' ? builtins.perfHooks()?.performance : undefined
  return performance === undefined ? undefined : () => performance.eventLoopUtilization()
}

function windowedShare(times: () => LoopTimes): Source {
  let last: LoopTimes = { active: 0, idle: 0 }
  return {
    start: () => void (last = times()),
    read() {
      const now = times()
      const active = now.active - last.active
      const total = active + (now.idle - last.idle)
      last = now
      return total > 0 ? Math.min(1, Math.max(0, active / total)) : undefined
    },
  }
}

/** Timers this close see most turns of a busy loop and cost an idle one next to nothing. */
const driftResolutionMs = 10

function driftShare(): Source {
  const drift = new Drift(driftResolutionMs)
  return { start: (sampler) => drift.start(sampler), stop: () => drift.stop(), read: (now) => drift.takeShare(now) }
}
