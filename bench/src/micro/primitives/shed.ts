/** What sheds by pressure, by priority and by time: one row each. */
import {
  DeadlineLimiter,
  GcSpiral,
  Hysteresis,
  LevelHistogram,
  maxSignal,
  PiController,
  PressureLimiter,
  PriorityThresholdLimiter,
  scaledSignal,
  ServiceTimeEstimate,
  settableSignal,
  smoothedSignal,
} from '@spillway/core'
import type { Outcome, Signal } from '@spillway/core'
import { admitting, callers, feeding, type Primitive } from './primitive.ts'

function signals(count: number, pressure: number): Signal[] {
  return Array.from({ length: count }, (_, i) => {
    const signal = settableSignal(`signal ${i}`)
    signal.set(pressure)
    return signal
  })
}

function pressed(name: string, count: number, pressure: number): Primitive {
  return {
    name: `PressureLimiter, ${name}: admit`,
    admits: true,
    make: () => admitting(new PressureLimiter(signals(count, pressure), () => 0.5)),
  }
}

const init = { deadline: 1e9 }

/** All of them. */
export const shedding: readonly Primitive[] = [
  pressed('1 signal, calm', 1, 0.5),
  pressed('3 signals, calm', 3, 0.5),
  pressed('3 signals, shedding', 3, 1.02),
  {
    name: 'PriorityThresholdLimiter, 1000 keys: admit + settle',
    admits: true,
    make: () => admitting(new PriorityThresholdLimiter(), { keys: callers(1000) }),
  },
  { name: 'DeadlineLimiter: admit', admits: true, make: () => admitting(new DeadlineLimiter(), { init }) },
  {
    name: 'DeadlineLimiter with an estimate by route: admit + settle',
    make: () => estimating('success'),
  },
  {
    name: 'DeadlineLimiter with an estimate by route: admit + revoke',
    admits: true,
    make: () => estimating('revoked'),
  },
  {
    name: 'Hysteresis: observe',
    make() {
      const hysteresis = new Hysteresis({ high: 48, low: 16, enterAfterMs: 1 })
      return feeding((sample, now) => hysteresis.observe(sample, now))
    },
  },
  {
    name: 'GcSpiral: collected',
    make() {
      const spiral = new GcSpiral()
      return feeding((sample, now) => {
        spiral.collected(now, { durationMs: sample / 1000, major: true, usedBytes: 60 + sample, limitBytes: 200 })
      })
    },
  },
  { name: 'GcSpiral: pressure', make: spiralling },
  {
    name: 'maxSignal of 3, scaled and smoothed: pressure',
    make() {
      const signal = smoothedSignal(scaledSignal(maxSignal(...signals(3, 0.5)), { start: 0.2, full: 0.9 }))
      return feeding((_sample, now) => signal.pressure(now))
    },
  },
  {
    name: 'PiController: step',
    make() {
      const controller = new PiController({ kp: 0.1, ki: 1.4, min: 0, max: 1 })
      return feeding((sample) => controller.step(sample / 64 - 0.5, 500))
    },
  },
  {
    name: 'LevelHistogram, 512 levels: add',
    make() {
      const histogram = new LevelHistogram(512, 1000)
      return feeding((sample) => histogram.add(sample))
    },
  },
  {
    name: 'LevelHistogram, 512 levels: cut',
    make() {
      const histogram = new LevelHistogram(512, 1000)
      for (let i = 0; i < 1000; i++) histogram.add((i * 7) % 512)
      return feeding((sample) => histogram.cut(sample / 64))
    },
  },
]

/** A hundred routes, each known already. */
function estimating(outcome: Outcome): (n: number) => void {
  const limiter = new DeadlineLimiter({ estimate: new ServiceTimeEstimate({ by: (ticket) => ticket.key }) })
  const keys = callers(100)
  admitting(limiter, { init, keys })(1000)
  return admitting(limiter, { init, keys, outcome })
}

/** A heap that grows slowly: a full collection every 100 questions. */
function spiralling(): (n: number) => void {
  const spiral = new GcSpiral()
  let asked = 0
  return feeding((_sample, now) => {
    if (asked++ % 100 === 0)
      spiral.collected(now, { durationMs: 1, major: true, usedBytes: 110 + (asked % 10_000) / 1000, limitBytes: 200 })
    spiral.pressure(now)
  })
}
