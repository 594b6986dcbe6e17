/** Pressure that is set by hand. */
import { settableSignal, SettableSignal } from '@spillway/core'
import { expect, test } from 'vitest'

test('says what it was told, until it is told something else', () => {
  const signal = settableSignal('drill')
  expect(signal).toBeInstanceOf(SettableSignal)
  expect([signal.name, signal.pressure(0)]).toEqual(['drill', 0])
  signal.set(1.2)
  expect([signal.pressure(0), signal.pressure(1e12)]).toEqual([1.2, 1.2])
  signal.set(0)
  expect(signal.pressure(0)).toBe(0)
})

test('is 0 again from the instant on that it was told, and not before', () => {
  const signal = settableSignal('drill')
  signal.set(1, 100)
  expect([99.9, 100, 1000].map((now) => signal.pressure(now))).toEqual([1, 0, 0])
  signal.set(2)
  expect(signal.pressure(1000)).toBe(2)
})

test.each([
  [-1, 'RangeError'],
  [NaN, 'RangeError'],
  ['1', 'TypeError'],
  [undefined, 'TypeError'],
])('does not take %s, and keeps what it had', (pressure, error) => {
  const signal = settableSignal('drill')
  signal.set(0.5, 50)
  expect(() => signal.set(pressure as number)).toThrow(expect.objectContaining({ name: error }))
  expect(() => signal.set(pressure as number)).toThrow('option "pressure" must be a number >= 0')
  expect(() => signal.set(1, NaN)).toThrow('option "until"')
  expect([signal.pressure(0), signal.pressure(50)]).toEqual([0.5, 0])
})

test('takes Infinity, for beyond everything', () => {
  const signal = settableSignal('drill')
  signal.set(Infinity)
  expect(signal.pressure(0)).toBe(Infinity)
})
