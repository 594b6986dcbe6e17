/** Admission control as in Envoy. */
import { AdmissionControl, createTicket, type AdmissionControlOptions, type Outcome } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const never = (): number => 1 - 2 ** -53

function after(total: number, successes: number, options: AdmissionControlOptions = {}): AdmissionControl {
  const control = new AdmissionControl({ random: never, ...options })
  for (let i = 0; i < total; i++) control.settle(createTicket(0), 0, i < successes ? 'success' : 'dropped')
  return control
}

describe('AdmissionControl', () => {
  it.each<[number, number, AdmissionControlOptions, number]>([
    [0, 0, {}, 0],
    [100, 95, {}, 0],
    [100, 94, {}, (100 - 94 / 0.95) / 101],
    [100, 50, {}, (100 - 50 / 0.95) / 101],
    [100, 0, {}, 0.8],
    [100, 0, { maxProbability: 1 }, 100 / 101],
    [100, 50, { aggression: 2 }, Math.sqrt((100 - 50 / 0.95) / 101)],
    [100, 50, { successThreshold: 0.5 }, 0],
    [299, 0, { perSecondThreshold: 10 }, 0],
    [300, 0, { perSecondThreshold: 10 }, 0.8],
  ])('after %d ends of which %d were good, told %j, holds back %d', (total, successes, options, probability) => {
    expect(after(total, successes, options).probability(0)).toBeCloseTo(probability, 12)
  })

  it('follows the list of all that ended within the window', () => {
    const step = fc.record({
      pause: fc.oneof(fc.nat(300), fc.nat(5000)),
      outcome: fc.constantFrom<Outcome>('success', 'dropped', 'ignored', 'revoked'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const control = new AdmissionControl({ windowMs: 3000, maxProbability: 1 })
        const list: { readonly slot: number; readonly outcome: Outcome }[] = []
        let now = 0
        for (const { pause, outcome } of steps) {
          now += pause
          control.settle(createTicket(now), now, outcome)
          list.push({ slot: Math.floor(now / 100), outcome })
          const recent = list.filter(({ slot }) => Math.floor(now / 100) - slot <= 30)
          const good = recent.filter((end) => end.outcome === 'success').length
          const total = good + recent.filter((end) => end.outcome === 'dropped').length
          expect(control.probability(now)).toBeCloseTo(Math.max(0, (total - good / 0.95) / (total + 1)), 12)
          expect(control.isIdle(now)).toBe(total === good)
        }
      }),
    )
  })

  it('holds back with its probability, asking for chance only when there is any', () => {
    let asked = 0
    const random = seededRandom(4)
    const counted = (): number => (asked++, random())
    const control = checked(after(1000, 500, { name: 'envoy', random: counted, retryAfterMs: 70 }))
    let refused = 0
    for (let i = 0; i < 4000; i++) if (control.admit(createTicket(0), 0) !== undefined) refused++
    expect(refused / 4000).toBeCloseTo((1000 - 500 / 0.95) / 1001, 1)
    expect(asked).toBe(4000)
    const no = after(1000, 0, { name: 'envoy', random: () => 0, retryAfterMs: 70 }).admit(createTicket(0), 0)
    expect(no).toEqual({ reason: 'throttled', limiter: 'envoy', retryAfterMs: 70 })
    expect(Object.isFrozen(no)).toBe(true)
    expect(after(10, 10, { random: counted }).admit(createTicket(0), 0)).toBeUndefined()
    expect(asked).toBe(4000)
  })

  it('does not count what it holds back', () => {
    const control = after(100, 0, { random: () => 0 })
    for (let i = 0; i < 1000; i++) control.admit(createTicket(0), 0)
    control.update({ maxProbability: 1 })
    expect(control.probability(0)).toBe(100 / 101)
  })

  it('changes its rule all or not at all', () => {
    const control = after(100, 50)
    control.update({ successThreshold: 0.5 })
    expect(control.probability(0)).toBe(0)
    expect(() => control.update({ successThreshold: 1, aggression: 0 })).toThrow(
      /AdmissionControl: option "aggression"/,
    )
    expect(() => control.update({ name: 'x' } as object)).toThrow(/unknown option "name"/)
    expect(control.probability(0)).toBe(0)
  })

  it('knows a probability at any time', () => {
    const control = after(10, 0)
    for (const now of [NaN, Infinity, -Infinity, -1]) {
      control.settle(createTicket(now), now, 'dropped')
      expect(control.probability(now)).toBe(0.8)
    }
    expect(control.probability(31_000)).toBe(0)
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new AdmissionControl(options)
    expect(make({ successThreshold: 0 })).toThrow(
      /AdmissionControl: option "successThreshold" must be a number >= 0.01 and <= 1, got 0/,
    )
    expect(make({ aggression: 0.5 })).toThrow(/"aggression"/)
    expect(make({ perSecondThreshold: -1 })).toThrow(/"perSecondThreshold"/)
    expect(make({ windowMs: Infinity })).toThrow(/"windowMs"/)
    expect(make({ retryAfterMs: NaN })).toThrow(/"retryAfterMs"/)
    expect(make({ random: 1 })).toThrow(/"random"/)
    expect(make({ threshold: 1 })).toThrow(/unknown option "threshold"/)
  })
})
