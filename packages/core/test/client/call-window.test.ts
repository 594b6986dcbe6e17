/** The calls that a circuit breaker judges by, against a list of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CountWindow, TimeWindow, type CallWindow } from '../../src/client/call-window.ts'

interface Call {
  readonly at: number
  readonly failed: boolean
  readonly slow: boolean
}

const call = fc.record({ pause: fc.nat(300), failed: fc.boolean(), slow: fc.boolean(), clears: fc.nat(30) })

function compare(make: () => CallWindow, keeps: (all: readonly Call[], now: number) => readonly Call[]): void {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 80 }), (calls) => {
      const window = make()
      let [all, now]: [Call[], number] = [[], 0]
      for (const { pause, failed, slow, clears } of calls) {
        now += pause
        if (clears === 0) {
          window.clear()
          all = []
        }
        window.advance(now)
        window.add(failed, slow)
        all.push({ at: now, failed, slow })
        const kept = keeps(all, now)
        expect({ calls: window.calls, failures: window.failures, slow: window.slow }).toEqual({
          calls: kept.length,
          failures: kept.filter((one) => one.failed).length,
          slow: kept.filter((one) => one.slow).length,
        })
      }
    }),
  )
}

describe('CountWindow', () => {
  it.each([1, 2, 7])('knows the last %d calls', (size) => {
    compare(
      () => new CountWindow(size),
      (all) => all.slice(-size),
    )
  })
})

describe('TimeWindow', () => {
  it.each([1000, 3000])('knows the calls of the last %d ms', (windowMs) => {
    const slot = (at: number): number => Math.floor(at / (windowMs / 10))
    compare(
      () => new TimeWindow(windowMs),
      (all, now) => all.filter(({ at }) => slot(now) - slot(at) <= 10),
    )
  })
})
