/** What is within a share and what is beyond it: keys, newcomers, memory, mistakes. */
import { FairShare, type FairShareOptions } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const seeded = (options: FairShareOptions = {}): FairShare => new FairShare({ random: seededRandom(1), ...options })

/** Makes a key a tenant: newcomers it stops being after three. */
function introduce(fair: FairShare, key: string, now = 0): void {
  for (let i = 0; i < 4; i++) fair.isBeyond(key, 0, now)
}

/** How many of 100 pieces are within the share. */
function within(fair: FairShare, key: string, now: number, cost = 1): number {
  return Array.from({ length: 100 }, () => fair.isBeyond(key, cost, now)).filter((beyond) => !beyond).length
}

/** Two tenants who owe nothing: all their debts were paid. */
function settled(options: FairShareOptions = {}): FairShare {
  const fair = seeded(options)
  introduce(fair, 'a')
  introduce(fair, 'b')
  fair.served(10_000, 0)
  return fair
}

describe('FairShare', () => {
  it('says of nothing that it is beyond while nobody is congested', () => {
    const fair = settled()
    expect(within(fair, 'a', 1)).toBe(100)
    fair.congested(1)
    expect(within(fair, 'a', 252)).toBe(100)
  })

  it('lets a tenant be ahead by a burst, and no more, while somebody is', () => {
    const fair = settled()
    fair.congested(10)
    expect(within(fair, 'a', 10)).toBe(32)
    expect(within(fair, 'b', 260)).toBe(32)
    expect(within(settled({ burst: 5 }), 'a', 0)).toBe(100)
  })

  it('divides what is served among those who owe', () => {
    const fair = settled()
    fair.congested(10)
    within(fair, 'a', 10)
    within(fair, 'b', 10)
    fair.served(10, 10)
    expect([within(fair, 'a', 10), within(fair, 'b', 10)]).toEqual([5, 5])
    fair.served(30, 10)
    expect(within(fair, 'a', 10)).toBe(15)
    fair.served(10, 10)
    expect([within(fair, 'a', 10), within(fair, 'b', 10)]).toEqual([5, 20])
  })

  it('does not count against a tenant what it was told is beyond, nor forget what it had in calm', () => {
    const fair = settled()
    within(fair, 'a', 10)
    fair.congested(20)
    expect(within(fair, 'a', 20)).toBe(0)
    within(fair, 'b', 20)
    fair.served(2, 20)
    expect(within(fair, 'a', 20)).toBe(1)
  })

  it('holds back nobody who has been alone for a second', () => {
    const fair = settled()
    for (let now = 0; now < 999; now += 100) {
      fair.congested(now)
      expect(within(fair, 'a', now)).toBe(now === 0 ? 32 : 0)
    }
    fair.congested(1000)
    expect(within(fair, 'a', 1000)).toBe(100)
    fair.isBeyond('b', 1, 1001)
    fair.congested(1002)
    expect(within(fair, 'a', 1002)).toBe(0)
  })

  it('gives back what was charged', () => {
    const fair = settled()
    fair.congested(0)
    expect(within(fair, 'a', 0)).toBe(32)
    for (let i = 0; i < 7; i++) fair.refund('a', 1)
    expect(within(fair, 'a', 0)).toBe(7)
    for (let i = 0; i < 1000; i++) fair.refund('a', 1)
    fair.refund('nobody', 1)
    expect(within(fair, 'a', 0)).toBe(32)
  })

  it('takes room for what went unserved from those who owe, but never more than half of what is served', () => {
    const fair = settled()
    fair.congested(0)
    within(fair, 'a', 0)
    fair.congested(0, 3)
    fair.served(10, 0)
    expect(within(fair, 'a', 0)).toBe(7)
    fair.congested(0, 1e9)
    fair.served(10, 0)
    expect(within(fair, 'a', 0)).toBe(5)
    // No more than a burst of it is remembered: 32, of which 5 are through.
    fair.served(54, 0)
    fair.served(1, 0)
    expect(within(fair, 'a', 0)).toBe(28)
  })

  it('counts the first three pieces of a key against all newcomers together', () => {
    const fair = seeded({ burst: 8 })
    introduce(fair, 'tenant')
    fair.congested(0)
    within(fair, 'tenant', 0)
    let admitted = 0
    for (let i = 0; i < 1000; i++) if (!fair.isBeyond(`stranger ${i}`, 1, 0)) admitted++
    // Four times the burst of one.
    expect(admitted).toBe(32)
    fair.served(10, 0)
    // Of the ten, four in five are for strangers, and one for the tenant: it has the rest when it asks.
    admitted = 0
    for (let i = 0; i < 1000; i++) if (!fair.isBeyond(`other ${i}`, 1, 0)) admitted++
    expect(admitted).toBe(8)
    expect(within(fair, 'tenant', 0)).toBe(2)
  })

  it('gives a new tenant no credit while somebody is congested: it has to be earned', () => {
    const fair = seeded()
    fair.congested(0)
    introduce(fair, 'a')
    introduce(fair, 'b')
    expect(within(fair, 'a', 0)).toBe(0)
    fair.served(4, 0)
    expect([within(fair, 'a', 0), within(fair, 'b', 0)]).toEqual([2, 2])
  })

  it('gives a new tenant a burst while nobody is', () => {
    const fair = seeded()
    introduce(fair, 'a')
    introduce(fair, 'b')
    fair.congested(0)
    expect([within(fair, 'a', 0), within(fair, 'b', 0)]).toEqual([32, 32])
  })

  it('gives newcomers no part of what is served once none has come for half a second', () => {
    const fair = seeded()
    introduce(fair, 'a')
    within(fair, 'a', 0)
    fair.isBeyond('stranger', 32, 0)
    expect(fair.snapshot().weight).toBe(5)
    fair.isBeyond('a', 0, 501)
    expect(fair.snapshot().weight).toBe(1)
  })

  it('holds back newcomers only for tenants: among themselves they are first come, first served', () => {
    const fair = seeded()
    for (let i = 0; i < 1000; i++) {
      fair.congested(0)
      expect(fair.isBeyond(`stranger ${i}`, 1, 0)).toBe(false)
    }
  })

  it('forgets a key that has not been seen for two seconds and owes nothing, and none that owes', () => {
    const fair = settled()
    within(fair, 'a', 0)
    fair.congested(0)
    expect(within(fair, 'a', 0)).toBe(0)
    fair.isBeyond('x', 0, 1999)
    fair.isBeyond('x', 0, 2600)
    // B owed nothing; a does, and c came just now.
    expect(fair.size).toBe(2)
    introduce(fair, 'c', 2600)
    fair.congested(2600)
    expect(within(fair, 'a', 2600)).toBe(0)
    fair.served(1000, 2600)
    for (const now of [3200, 3800, 4400, 5000, 5600]) fair.isBeyond('c', 0, now)
    expect(fair.size).toBe(1)
  })

  it('gives a tenant that is absent no part of what is served', () => {
    const fair = settled()
    within(fair, 'a', 0)
    within(fair, 'b', 0)
    expect(fair.snapshot().weight).toBe(2)
    fair.isBeyond('a', 0, 400)
    fair.isBeyond('a', 0, 1000)
    expect(fair.snapshot().weight).toBe(1)
    fair.served(10, 1000)
    fair.isBeyond('b', 0, 1000)
    fair.congested(1000)
    expect([within(fair, 'a', 1000), within(fair, 'b', 1000)]).toEqual([10, 10])
  })

  it('starts over when nothing was served for a minute', () => {
    const fair = settled()
    within(fair, 'a', 0)
    for (const now of [30_000, 60_000, 60_600]) fair.isBeyond('b', 0, now)
    introduce(fair, 'a', 60_600)
    fair.congested(60_600)
    expect(within(fair, 'a', 60_600)).toBe(32)
  })

  it('gives one that comes back its part again at once', () => {
    const fair = settled()
    within(fair, 'a', 0)
    fair.isBeyond('b', 0, 1000)
    expect(fair.snapshot().weight).toBe(0)
    fair.congested(1600)
    expect(within(fair, 'a', 1600)).toBe(0)
    fair.served(3, 1600)
    expect(within(fair, 'a', 1600)).toBe(3)
  })

  it('believes what it is told of congestion more than what it was told before', () => {
    const fair = settled()
    fair.congested(0)
    for (let i = 0; i < 40; i++) expect(fair.isBeyond('a', 1, 0, false)).toBe(false)
    expect(fair.isBeyond('a', 1, 5000, true)).toBe(false)
    fair.isBeyond('b', 1, 5000)
    expect(fair.isBeyond('a', 1, 5001, true)).toBe(true)
  })

  it('tells at which level the water stands', () => {
    const fair = seeded()
    for (let now = 0; now < 5000; now += 10) {
      fair.congested(now)
      for (const key of ['a', 'b', 'c', 'd']) fair.isBeyond(key, 1, now)
      fair.served(1, now)
    }
    // 100 a second among four.
    expect(fair.snapshot().perSecond).toBeCloseTo(25, 0)
    expect(fair.snapshot()).toMatchObject({ keys: 4, weight: 4 })
  })
})

describe('FairShare, with hostile input', () => {
  it('remembers no more keys than it may, and goes on telling tenants apart', () => {
    const fair = seeded({ maxKeys: 1000 })
    introduce(fair, 'a')
    introduce(fair, 'b')
    fair.served(1000, 0)
    for (let i = 0; i < 1_000_000; i++) {
      fair.isBeyond(`key ${i}`, 1, i / 10_000)
      if (i % 100 === 0) {
        fair.isBeyond('a', 0, i / 10_000)
        fair.isBeyond('b', 0, i / 10_000)
      }
    }
    expect(fair.size).toBeLessThanOrEqual(1024)
    fair.congested(100)
    expect(within(fair, 'a', 100)).toBe(32)
    expect(within(fair, 'a', 100)).toBe(0)
    expect(within(fair, 'b', 100)).toBe(32)
  })

  it('comes to know a new tenant in the midst of a flood of keys that takes all places', () => {
    const fair = seeded({ maxKeys: 1024 })
    introduce(fair, 'a')
    let beyond = 0
    for (let i = 0; i < 9000; i++) {
      const now = i / 5
      fair.congested(now)
      if (fair.isBeyond(`key ${i}`, 1, now)) beyond++
      fair.served(0.1, now)
      if (i % 1000 === 0) fair.isBeyond('a', 0, now)
      // Ten a second.
      if (i > 2500 && i % 500 === 0) fair.isBeyond('late', 1, now)
    }
    // Strangers are beyond all the time, and it is not any more: it has a part of its own.
    expect(beyond).toBeGreaterThan(1000)
    for (let i = 0; i < 5; i++) expect(fair.isBeyond('late', 1, 1800)).toBe(false)
  })

  it('survives costs and instants that are no numbers', () => {
    const fair = settled()
    fair.congested(0)
    for (const cost of [NaN, Infinity, 'x' as never]) expect(fair.isBeyond('a', cost, 0)).toBe(true)
    for (const cost of [0, -1, -Infinity]) expect(fair.isBeyond('a', cost, 0)).toBe(false)
    for (const cost of [NaN, -1]) {
      fair.served(cost, 0)
      fair.refund('a', cost)
      fair.congested(0, cost)
    }
    expect(fair.isBeyond('b', 1e300, 0)).toBe(false)
    expect(fair.isBeyond('b', 1, 0)).toBe(true)
    fair.served(Infinity, 0)
    fair.isBeyond('a', 1, NaN)
    fair.congested(NaN)
    for (const now of [-1e9, 5, Infinity, -Infinity, 5]) fair.isBeyond('a', 1, now)
    fair.congested(1000)
    within(fair, 'b', 1000)
    fair.served(10, 1000)
    expect(fair.snapshot().perSecond).not.toBeNaN()
    expect(fair.isBeyond('b', 1, 1000)).toBe(false)
  })

  it('takes a sign of congestion from before the clock went back for none', () => {
    const fair = settled()
    fair.congested(5000)
    fair.isBeyond('b', 0, 4000)
    expect(within(fair, 'a', 4000)).toBe(100)
  })

  it('weighs keys in bounds, and as 1 where nothing sensible is said', () => {
    const weights: Record<string, number> = { half: 0.5, none: 0, much: 1e9, odd: NaN }
    const fair = seeded({
      weightOf: (key) => {
        if (key === 'broken') throw new Error('broken')
        return weights[key] ?? 1
      },
    })
    const keys = [...Object.keys(weights), 'broken']
    for (const key of [...keys, 'b']) introduce(fair, key)
    expect(fair.failures).toBe(4)
    fair.served(1e6, 0)
    fair.congested(0)
    expect(keys.map((key) => within(fair, key, 0))).toEqual([16, 32, 32, 32, 32])
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new FairShare(options)
    expect(wrong({ burst: 0.5 })).toThrow('FairShare: option "burst" must be a number >= 1 and <= 1000000, got 0.5')
    expect(wrong({ holdMs: 0 })).toThrow(/"holdMs"/)
    expect(wrong({ maxKeys: 0 })).toThrow(/"maxKeys" must be an integer/)
    expect(wrong({ weightOf: 3 })).toThrow(TypeError)
    expect(wrong({ random: 3 })).toThrow(/"random" must be a function/)
    expect(wrong({ alpha: 3 })).toThrow(/unknown option "alpha"/)
  })
})
