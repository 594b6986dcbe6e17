/** The unevenness of work, measured from starts: right for known distributions, blind to bunching. */
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { Unevenness } from '../../src/pace/unevenness.ts'

type Length = (random: () => number) => number

function mean(lengthOf: Length, runs = 60, starts = 1500): number {
  let sum = 0
  for (let seed = 1; seed <= runs; seed++) {
    const random = seededRandom(seed)
    const unevenness = new Unevenness()
    for (let i = 0; i < starts; i++) unevenness.started(lengthOf(random), i)
    sum += unevenness.value
  }
  return sum / runs
}

describe('Unevenness', () => {
  it.each<[string, Length, number]>([
    ['equal jobs', () => 5, 0],
    ['jobs of uniform length', (random) => random() * 10, 1 / 3],
    ['jobs of exponential length', (random) => -Math.log(1 - random()), 1],
    ['one job in ten that is thirty times as long', (random) => (random() < 0.1 ? 30 : 1), 4.98],
  ])('is the squared coefficient of variation of %s', (_what, lengthOf, expected) => {
    expect(Math.abs(mean(lengthOf) - expected)).toBeLessThan(0.05 + 0.12 * expected)
  })

  it('does not take bunches for uneven work', () => {
    const unevenness = new Unevenness()
    for (let i = 0; i < 400; i++) {
      unevenness.started(20, 20 * i)
      for (let j = 0; j < 4; j++) unevenness.started(0, 20 * i)
    }
    expect(unevenness.value).toBeLessThan(0.05)
  })

  it('does not take bunches for uneven work that have nothing to do with the blocks in which it counts', () => {
    const unevenness = new Unevenness()
    for (let i = 0; i < 400; i++) {
      unevenness.started(28, 0)
      for (let j = 0; j < 6; j++) unevenness.started(0, 0)
    }
    expect(unevenness.value).toBeLessThan(0.05)
  })

  it('leaves out the time before the first start of all', () => {
    const unevenness = new Unevenness()
    unevenness.started(5000, 0)
    for (let i = 0; i < 40; i++) unevenness.started(5, 0)
    expect(unevenness.value).toBeCloseTo(0, 9)
  })

  it('leaves out how long ago a line formed', () => {
    const unevenness = new Unevenness()
    for (let i = 0; i < 300; i++) {
      unevenness.formed(i)
      unevenness.started(i % 2 === 0 ? 0 : 900, i)
      unevenness.started(5, i)
    }
    expect(unevenness.value).toBeCloseTo(0, 9)
  })

  it('knows nothing at first, and never gives more than twenty', () => {
    const unevenness = new Unevenness()
    expect(unevenness.value).toBe(0.5)
    for (let i = 0; i < 12; i++) unevenness.started(5, 0)
    expect(unevenness.value).toBe(0.5)
    for (let i = 0; i < 299; i++) unevenness.started(0.001, 0)
    unevenness.started(1000, 0)
    for (let i = 0; i < 10; i++) unevenness.started(0.001, 0)
    expect(unevenness.value).toBe(20)
  })

  it('forgets what it learnt of other work, once nobody has waited for half a second', () => {
    const unevenness = new Unevenness()
    for (let i = 0; i < 300; i++) unevenness.started(i % 50 === 0 ? 200 : 1, i)
    const learnt = unevenness.value
    expect(learnt).toBeGreaterThan(5)
    unevenness.formed(799)
    expect(unevenness.value).toBe(learnt)
    unevenness.formed(800)
    expect(unevenness.value).toBe(0.5)
  })
})
