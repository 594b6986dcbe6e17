/** Limits that do not learn. */
import { FixedLimit, SettableLimit, type LimitSnapshot, type SettableTuning } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const bad = [0, -1, 1.5, Number.NaN, -Infinity]

describe('FixedLimit', () => {
  it('is what it was told, whatever happens', () => {
    const limit = new FixedLimit(20)
    limit.sample()
    expect(limit.value).toBe(20)
    expect(limit.snapshot()).toEqual({ kind: 'FixedLimit', limit: 20 })
    expect(new FixedLimit(Infinity).value).toBe(Infinity)
  })

  it.each(bad)('is not %d', (value) => {
    expect(() => new FixedLimit(value)).toThrow(RangeError)
    expect(() => new FixedLimit(value)).toThrow('FixedLimit: option "value" must be an integer >= 1')
  })
})

describe('SettableLimit', () => {
  it('is what it was told last, in either way', () => {
    const limit = new SettableLimit(20)
    limit.set(5)
    expect(limit.value).toBe(5)
    limit.update({ value: 7 })
    limit.sample()
    limit.update({})
    expect(limit.value).toBe(7)
    expect(limit.snapshot()).toEqual({ kind: 'SettableLimit', limit: 7 })
    limit.set(Infinity)
    expect(limit.value).toBe(Infinity)
  })

  it.each(bad)('is not %d, and stays what it was', (value) => {
    const limit = new SettableLimit(20)
    for (const change of [() => limit.set(value), () => limit.update({ value }), () => new SettableLimit(value)])
      expect(change).toThrow('SettableLimit: option "value" must be an integer >= 1')
    expect(limit.value).toBe(20)
  })

  it('knows no other option', () => {
    const limit = new SettableLimit(20)
    const change = { value: 5, limit: 5 } as SettableTuning
    expect(() => limit.update(change)).toThrow('SettableLimit: unknown option "limit"; known are value')
    expect(limit.value).toBe(20)
  })

  it('tells plain data', () => {
    const snapshot = JSON.parse(JSON.stringify(new SettableLimit(3).snapshot())) as LimitSnapshot
    expect(new SettableLimit(snapshot.limit).value).toBe(3)
  })
})
