/** What every learning limit accepts as bounds. */
import { describe, expect, it } from 'vitest'

import { checkBounds, clampLimit, warmNumber } from '../../../src/concurrency/limit/bounds.ts'

const defaults = { initialLimit: 20, minLimit: 20, maxLimit: 200 }

describe('bounds of a limit', () => {
  it('are the defaults where nothing is given', () => {
    expect(checkBounds('Some', {}, defaults)).toEqual(defaults)
  })

  it.each([
    [{ maxLimit: 10 }, { initialLimit: 10, minLimit: 10, maxLimit: 10 }],
    [{ minLimit: 500 }, { initialLimit: 500, minLimit: 500, maxLimit: 500 }],
    [
      { minLimit: 2, maxLimit: 9 },
      { initialLimit: 9, minLimit: 2, maxLimit: 9 },
    ],
  ])('let a default give way to what is given: %o', (given, expected) => {
    expect(checkBounds('Some', given, defaults)).toEqual(expected)
  })

  it.each([
    [{ minLimit: 0 }, 'Some: option "minLimit" must be an integer >= 1 and <= 1000000, got 0'],
    [{ minLimit: 9, maxLimit: 8 }, 'Some: option "maxLimit" must be an integer >= 9 and <= 1000000, got 8'],
    [{ maxLimit: 1.5 }, 'Some: option "maxLimit" must be an integer >= 1 and <= 1000000, got 1.5'],
    [{ maxLimit: Number.NaN }, 'Some: option "maxLimit" must be an integer >= 1 and <= 1000000, got NaN'],
    [{ initialLimit: 201 }, 'Some: option "initialLimit" must be a number >= 20 and <= 200, got 201'],
    [{ initialLimit: Number.NaN }, 'Some: option "initialLimit" must be a number >= 20 and <= 200, got NaN'],
  ])('name what is wrong with %o', (given, message) => {
    expect(() => checkBounds('Some', given, defaults)).toThrow(new RangeError(message))
  })

  it('hold values', () => {
    expect([1, 50, 1000].map((value) => clampLimit(value, defaults))).toEqual([20, 50, 200])
  })
})

describe('a warm start', () => {
  it('takes over what the snapshot has', () => {
    expect(warmNumber('Some', { kind: 'Some', limit: 7 }, 'limit', 3)).toBe(7)
    expect(warmNumber('Some', undefined, 'limit', 3)).toBe(3)
  })

  it.each([
    [{ kind: 'Other', limit: 7 }, 'Some: option "warmStart" must be a snapshot of a Some, got one of Other'],
    [{ kind: 'Some', limit: Infinity }, 'Some: option "warmStart" must have a finite number "limit", got Infinity'],
  ])('refuses %o', (snapshot, message) => {
    expect(() => warmNumber('Some', snapshot, 'limit', 3)).toThrow(new TypeError(message))
  })
})
