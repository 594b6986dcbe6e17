/** Peers that look at the lag of the event loop, restated from their documentation. */
import type { Clock, Environment, Gate, Rejection } from '@spillway/core'
import { DelayLimit } from '@spillway/core'
import { refusing, type Subject } from '../subject.ts'

const busy: Rejection = Object.freeze({ reason: 'pressure', limiter: 'lag', retryAfterMs: 1000 })

/** Calls `onLag` with how much later than asked each timer came. */
export function watchLag(clock: Clock, everyMs: number, onLag: (lagMs: number, now: number) => void): void {
  const arm = (): void => {
    const dueAt = clock.now() + everyMs
    clock.after(everyMs, () => {
      const now = clock.now()
      onLag(Math.max(0, now - dueAt), now)
      arm()
    })
  }
  arm()
}

function shedding(refuse: () => boolean): Gate {
  return { enter: () => (refuse() ? busy : undefined), leave: () => {}, cancel: () => {} }
}

/** toobusy-js: lag of a 500 ms timer, smoothed by a third, refused in proportion beyond 70 ms. */
function toobusy({ clock, random }: Environment): Gate {
  let smoothed = 0
  watchLag(clock, 500, (lag) => (smoothed = (smoothed * 2 + lag) / 3))
  return shedding(() => random() < (smoothed - 70) / 70)
}

/** overload-protection: lag of a 5 ms timer, everything refused beyond 42 ms. */
function overloadProtection({ clock }: Environment): Gate {
  let latest = 0
  watchLag(clock, 5, (lag) => (latest = lag))
  return shedding(() => latest > 42)
}

/** under-pressure: mean lag of the last second, everything refused beyond 100 ms. */
function underPressure({ clock }: Environment): Gate {
  let mean = 0
  let sum = 0
  let count = 0
  let until = 1000
  watchLag(clock, 10, (lag, now) => {
    sum += lag
    count++
    if (now < until) return
    mean = sum / count
    sum = count = 0
    until = now + 1000
  })
  return shedding(() => mean > 100)
}

function delayLimit(environment: Environment): Gate {
  const limit = new DelayLimit()
  watchLag(environment.clock, 20, (lag, now) => limit.tick(now, lag))
  return refusing(environment, limit)
}

export const lagging: readonly Subject[] = [
  { name: 'delay limit', kind: 'part', about: 'DelayLimit on the lag of the loop, refusing at once', make: delayLimit },
  { name: 'toobusy-js', kind: 'peer', about: 'lag beyond 70 ms, in proportion', make: toobusy },
  { name: 'overload-protection', kind: 'peer', about: 'lag beyond 42 ms', make: overloadProtection },
  { name: 'under-pressure', kind: 'peer', about: 'mean lag of a second beyond 100 ms', make: underPressure },
]
