/** Options of a paced gate: defaults, and every way to get them wrong. */
import { ConcurrencyLimiter, FixedLimit, PacedGate, type PaceOptions } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { checkPace } from '../../src/pace/options.ts'

const make = (options: object): PacedGate => {
  const clock = new VirtualClock()
  return new PacedGate(new ConcurrencyLimiter(new FixedLimit(1)), clock, clock, options)
}

describe('options of PacedGate', () => {
  it('has defaults for all of them', () => {
    expect(checkPace('test', {})).toEqual({
      name: 'overload',
      maxQueue: 1000,
      minQueue: 2,
      maxWaitMs: 300,
      turnBudgetMs: 10,
      maxLookMs: 5,
    })
    expect(checkPace('test', { maxQueue: 1 }).minQueue).toBe(1)
    expect(make({ name: 'door' }).decisions.limiter).toBe('door')
  })

  it.each<[keyof PaceOptions, number, number]>([
    ['maxQueue', 0, 1_000_000],
    ['maxWaitMs', 1, 60_000],
    ['turnBudgetMs', 0, 1000],
    ['maxLookMs', 0, 1000],
  ])('takes %s from %d to %d and says so otherwise', (option, min, max) => {
    for (const value of [min, max]) expect(() => make({ [option]: value })).not.toThrow()
    for (const value of [min - 1, max + 1, NaN, Infinity, -Infinity]) {
      const bad = (): PacedGate => make({ [option]: value })
      expect(bad).toThrow(RangeError)
      expect(bad).toThrow(
        new RegExp(`^PacedGate: option "${option}" must be .* >= ${min} and <= ${max}, got ${value}$`),
      )
    }
    for (const value of ['5', null, {}, true]) {
      expect(() => make({ [option]: value })).toThrow(TypeError)
      expect(() => make({ [option]: value })).toThrow(`PacedGate: option "${option}" must be`)
    }
  })

  it('takes minQueue from 0 to maxQueue, and only whole numbers for both', () => {
    expect(() => make({ maxQueue: 5, minQueue: 5 })).not.toThrow()
    expect(() => make({ maxQueue: 5, minQueue: 6 })).toThrow(
      'option "minQueue" must be an integer >= 0 and <= 5, got 6',
    )
    expect(() => make({ minQueue: -1 })).toThrow(RangeError)
    expect(() => make({ minQueue: '1' })).toThrow(TypeError)
    expect(() => make({ minQueue: 1.5 })).toThrow(RangeError)
    expect(() => make({ maxQueue: 1.5 })).toThrow(RangeError)
    expect(() => make({ maxQueue: 1.5 })).toThrow('option "maxQueue" must be an integer')
  })

  it('takes nothing but a string for a name', () => {
    expect(() => make({ name: 5 })).toThrow(TypeError)
    expect(() => make({ name: 5 })).toThrow('PacedGate: option "name" must be a string, got number')
  })

  it('names an option that it does not know', () => {
    expect(() => make({ maxqueue: 5 })).toThrow(TypeError)
    expect(() => make({ maxqueue: 5 })).toThrow('PacedGate: unknown option "maxqueue"; known are name, maxQueue')
  })
})
