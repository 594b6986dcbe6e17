/** Shedding by measured pressure. */
import { PressureLimiter, createTicket, priorities, type PriorityName, type Signal } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const signal = (pressure: number): Signal => ({ name: 'test', pressure: () => pressure })

/** Share of a class that is shed at a pressure. */
function shed(pressure: number, name: PriorityName): number {
  const limiter = checked(new PressureLimiter([signal(pressure)], seededRandom(1)))
  let refused = 0
  for (let i = 0; i < 4000; i++) {
    if (limiter.admit(createTicket(0, { priority: priorities[name] }), 0) !== undefined) refused++
  }
  return refused / 4000
}

describe('PressureLimiter', () => {
  it.each<[PriorityName, number]>([
    ['sheddable', 0.9],
    ['sheddable_plus', 0.95],
    ['critical', 1],
    ['critical_plus', 1.05],
  ])('sheds none of %s up to a pressure of %d, half of it 0.05 above and all of it 0.1 above', (name, start) => {
    expect(shed(0, name)).toBe(0)
    expect(shed(start - 0.001, name)).toBe(0)
    expect(shed(start + 0.05, name)).toBeCloseTo(0.5, 1)
    expect(shed(start + 0.101, name)).toBe(1)
    expect(shed(1000, name)).toBe(1)
    expect(shed(Infinity, name)).toBe(1)
  })

  it('sheds ever more as pressure rises, and never less of what matters less', () => {
    const names: PriorityName[] = ['critical_plus', 'critical', 'sheddable_plus', 'sheddable']
    let before = [0, 0, 0, 0]
    for (let pressure = 0.85; pressure < 1.2; pressure += 0.01) {
      const shares = names.map((name) => shed(pressure, name))
      expect(shares).toEqual([...shares].sort((a, b) => a - b))
      shares.forEach((share, i) => expect(share).toBeGreaterThanOrEqual(before[i]!))
      before = shares
    }
  })

  it('counts the highest of its signals', () => {
    const limiter = new PressureLimiter([signal(0.2), signal(0.97), signal(0.5)], () => 0)
    expect(limiter.pressure(0)).toBe(0.97)
    expect(limiter.admit(createTicket(0, { priority: 3 }), 0)?.reason).toBe('pressure')
  })

  it('refuses nothing and asks for no chance without signals or without pressure', () => {
    const random = (): number => {
      throw new Error('asked for chance')
    }
    for (const limiter of [new PressureLimiter([], random), new PressureLimiter([signal(0.89)], random)]) {
      for (let priority = 0; priority < 4; priority++) {
        expect(limiter.admit(createTicket(0, { priority }), 0)).toBeUndefined()
      }
    }
    expect(new PressureLimiter([], random).pressure(0)).toBe(0)
  })

  it('hands its signals the time and the dice that it was given decide', () => {
    const asked: number[] = []
    const limiter = new PressureLimiter([{ name: 'test', pressure: (now) => (asked.push(now), 0.95) }], () => 0.4999)
    expect(limiter.admit(createTicket(0, { priority: 3 }), 77)).toBeDefined()
    expect(asked).toEqual([77])
    const kinder = new PressureLimiter([signal(0.95)], () => 0.51)
    expect(kinder.admit(createTicket(0, { priority: 3 }), 77)).toBeUndefined()
  })

  it('refuses with one frozen object, always the same, that asks to come back after 5 s', () => {
    const limiter = new PressureLimiter([signal(2)], () => 0, { name: 'memory' })
    const no = limiter.admit(createTicket(0), 0)
    expect(no).toEqual({ reason: 'pressure', limiter: 'memory/test', retryAfterMs: 5000 })
    expect(Object.isFrozen(no)).toBe(true)
    expect(limiter.admit(createTicket(1), 1)).toBe(no)
    expect(limiter.settle()).toBeUndefined()
  })

  it('refuses nothing for a signal that knows no number', () => {
    const limiter = new PressureLimiter([signal(NaN)], () => 0)
    expect(limiter.admit(createTicket(0, { priority: 3 }), 0)).toBeUndefined()
  })
})
