/** One limit for several partitions: shares, borrowing, claims, and what they promise. */
import { FixedLimit, PartitionedLimiter, SettableLimit, createTicket } from '@spillway/core'
import type { Limit, PartitionedLimiterOptions, Ticket } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

type Options = Partial<PartitionedLimiterOptions>

const shares = { live: 0.6, batch: 0.3 }
const of = (key: string): Ticket => createTicket(0, { key })

function partitioned(limit: number | Limit, options: Options = {}): PartitionedLimiter {
  return new PartitionedLimiter(typeof limit === 'number' ? new FixedLimit(limit) : limit, {
    partitions: shares,
    partitionOf: (ticket) => ticket.key,
    ...options,
  })
}

/** Admits until refused; how many that were. */
function fill(limiter: PartitionedLimiter, key: string, now = 0): number {
  let admitted = 0
  while (admitted < 10_000 && limiter.admit(of(key), now) === undefined) admitted++
  return admitted
}

function end(limiter: PartitionedLimiter, key: string, times = 1, now = 0): void {
  for (let i = 0; i < times; i++) limiter.settle(of(key), now, 'success')
}

describe('PartitionedLimiter, shares', () => {
  it('guarantees each partition its part of the limit, and the default one what is left', () => {
    const limiter = partitioned(10, { borrowing: 'none' })
    expect([fill(limiter, 'live'), fill(limiter, 'batch'), fill(limiter, 'unheard of')]).toEqual([6, 3, 1])
    expect(limiter.snapshot()).toEqual({
      limit: 10,
      inflight: 10,
      partitions: [
        { name: 'live', share: 0.6, limit: 6, inflight: 6, borrowed: 0 },
        { name: 'batch', share: 0.3, limit: 3, inflight: 3, borrowed: 0 },
        { name: 'default', share: expect.closeTo(0.1, 12), limit: 1, inflight: 1, borrowed: 0 },
      ],
    })
  })

  it('names limiter and partition when it refuses, with one frozen object each', () => {
    const limiter = partitioned(1, { retryAfterMs: 50, name: 'pool' })
    fill(limiter, 'live')
    const refusal = limiter.admit(of('batch'), 0)
    expect(refusal).toEqual({ reason: 'concurrency', limiter: 'pool/batch', retryAfterMs: 50 })
    expect(limiter.admit(of('batch'), 1)).toBe(refusal)
    expect(Object.isFrozen(refusal)).toBe(true)
    expect(limiter.admit(of('x'), 0)?.limiter).toBe('pool/default')
  })

  it('adds a share that the default partition was given to what is left', () => {
    const limiter = partitioned(10, {
      partitions: { live: 0.5, rest: 0.2 },
      defaultPartition: 'rest',
      borrowing: 'none',
    })
    expect(fill(limiter, 'rest')).toBe(5)
    expect(limiter.admit(of('unheard of'), 0)?.limiter).toBe('partitions/rest')
  })

  it('lets a partition without a share borrow only', () => {
    const options = { partitions: { live: 0.7, batch: 0.2, more: 0.1 } }
    expect(fill(partitioned(10, options), '?')).toBe(10)
    expect(fill(partitioned(10, { ...options, borrowing: 'none' }), '?')).toBe(0)
  })

  it('computes shares anew only when the limit comes to another whole number', () => {
    const limit = { value: 10, sample: () => {} }
    const limiter = partitioned(limit, { borrowing: 'none' })
    expect(fill(limiter, 'live')).toBe(6)
    limit.value = 10.9
    expect(limiter.admit(of('live'), 0)).toBeDefined()
    limit.value = 11.2
    expect(fill(limiter, 'live')).toBe(1)
    limit.value = 5
    end(limiter, 'live', 5)
    expect(limiter.admit(of('live'), 0)).toBeUndefined()
    expect(limiter.admit(of('live'), 0)).toBeDefined()
  })

  it('has no shares where there is no limit', () => {
    const limiter = partitioned(Infinity, { reserved: 1 })
    for (const key of ['live', 'batch', '?']) expect(fill(limiter, key)).toBe(10_000)
    end(limiter, 'live', 10_000)
    expect(limiter.inflight).toBe(20_000)
    expect(fill(limiter, 'batch')).toBe(10_000)
  })
})

describe('PartitionedLimiter, borrowing', () => {
  it('lends every place that stands idle', () => {
    const limiter = partitioned(10)
    expect(fill(limiter, 'batch')).toBe(10)
    expect(limiter.snapshot().partitions[1]).toMatchObject({ limit: 3, inflight: 10, borrowed: 7 })
  })

  it('lends nothing that is reserved', () => {
    expect(fill(partitioned(10, { reserved: 1 }), 'batch')).toBe(3)
    // Half of live's six and half of the default's one, rounded up: 3 + 1 stay.
    const limiter = partitioned(10, { reserved: 0.5 })
    expect(fill(limiter, 'batch')).toBe(6)
    expect(fill(limiter, 'live')).toBe(3)
    expect(fill(limiter, '?')).toBe(1)
  })

  it('gives a partition its places back as soon as borrowed work ends, however many others ask', () => {
    const limiter = partitioned(10)
    fill(limiter, 'batch')
    for (let i = 0; i < 9; i++) expect(limiter.admit(of('live'), 0)).toBeDefined()
    for (let i = 0; i < 6; i++) {
      end(limiter, 'batch', 1, i)
      for (let k = 0; k < 100; k++) expect(limiter.admit(of('batch'), i)).toBeDefined()
      expect(limiter.admit(of('live'), i)).toBeUndefined()
    }
    expect(limiter.snapshot().partitions.map(({ inflight }) => inflight)).toEqual([6, 4, 0])
    end(limiter, 'batch', 1, 10)
    expect(limiter.admit(of('live'), 10)).toBeUndefined()
    expect(limiter.snapshot().partitions[0]).toMatchObject({ inflight: 7, borrowed: 1 })
  })

  it('forgets a claim after a second without another, and when the clock went back', () => {
    for (const [later, lent] of [
      [999, 0],
      [1000, 1],
      [-5000, 1],
      [NaN, 1],
    ] as const) {
      const limiter = partitioned(10)
      fill(limiter, 'batch', 0)
      limiter.admit(of('live'), 0)
      end(limiter, 'batch')
      expect(fill(limiter, 'batch', later)).toBe(lent)
    }
  })

  it('claims no more than was asked for, and nothing above the share', () => {
    const limiter = partitioned(10)
    fill(limiter, 'batch')
    limiter.admit(of('live'), 0)
    end(limiter, 'batch', 3)
    expect(fill(limiter, 'batch')).toBe(2)
    expect(fill(limiter, 'live')).toBe(1)
    const other = partitioned(10)
    fill(other, 'live')
    end(other, 'live', 3)
    expect(fill(other, 'batch')).toBe(3)
    end(other, 'batch')
    expect(fill(other, 'live')).toBe(1)
  })

  it('waits for those who run when the limit fell, and interrupts nobody', () => {
    const limit = new SettableLimit(10)
    const limiter = partitioned(limit)
    fill(limiter, 'batch')
    limit.set(5)
    expect(limiter.admit(of('live'), 0)).toBeDefined()
    end(limiter, 'batch', 5)
    expect(limiter.admit(of('live'), 0)).toBeDefined()
    end(limiter, 'batch')
    expect(limiter.admit(of('batch'), 0)).toBeDefined()
    expect(limiter.admit(of('live'), 0)).toBeUndefined()
  })
})

describe('PartitionedLimiter, samples and mistakes', () => {
  it('samples success and dropped with all that ran, tells losses, and keeps revoked to itself', () => {
    const log: unknown[][] = []
    const limit = {
      value: 10,
      sample: (...args: unknown[]) => void log.push(['sample', ...args]),
      lost: (...args: unknown[]) => void log.push(['lost', ...args]),
    }
    const limiter = partitioned(limit)
    const [live, batch] = [of('live'), of('batch')]
    for (const ticket of [live, live, live, batch]) limiter.admit(ticket, 0)
    live.startedAt = 10
    limiter.settle(live, 15, 'success')
    limiter.settle(live, 16, 'dropped')
    limiter.settle(batch, 20, 'ignored')
    limiter.settle(live, 21, 'revoked')
    expect(log).toEqual([
      ['sample', 15, 5, 4, false],
      ['sample', 16, 6, 3, true],
      ['lost', 20, 20, 2],
    ])
    expect(limiter.isIdle(21)).toBe(true)
  })

  it('never counts below zero', () => {
    const limiter = partitioned(10)
    limiter.admit(of('live'), 0)
    end(limiter, 'batch', 3)
    expect(limiter.inflight).toBe(1)
    end(limiter, 'live', 3)
    expect(limiter.inflight).toBe(0)
    expect(fill(limiter, 'batch')).toBe(10)
  })

  it('counts a function that throws and takes the default partition, as for names of objects', () => {
    const limiter = partitioned(10, {
      partitionOf: () => {
        throw new Error('broken')
      },
    })
    expect(limiter.admit(of('live'), 0)).toBeUndefined()
    expect(limiter.failures).toBe(1)
    expect(limiter.snapshot().partitions[2]).toMatchObject({ inflight: 1 })
    const odd = partitioned(10)
    for (const key of ['__proto__', 'constructor', undefined as never, 7 as never]) odd.admit(of(key), 0)
    expect(odd.snapshot().partitions[2]).toMatchObject({ inflight: 4 })
  })

  it('takes new shares at once and whole, or not at all', () => {
    const limiter = partitioned(10, { borrowing: 'none' })
    fill(limiter, 'live')
    limiter.update({ partitions: { live: 0.2 }, retryAfterMs: 7 })
    expect(limiter.snapshot().partitions.map((each) => each.limit)).toEqual([2, 3, 5])
    expect(fill(limiter, 'default')).toBe(4)
    expect(limiter.admit(of('live'), 0)?.retryAfterMs).toBe(7)
    const before = limiter.snapshot()
    expect(() => limiter.update({ partitions: { live: 0.8 }, borrowing: 'idle' })).toThrow(
      'PartitionedLimiter: option "partitions" must have shares that add up to at most 1, got 1.1',
    )
    expect(() => limiter.update({ partitions: { extra: 0.1 } })).toThrow(/unknown option "extra"/)
    expect(() => limiter.update({ borrowing: 'some' as never })).toThrow(/"none", "idle"/)
    expect(limiter.snapshot()).toEqual(before)
    limiter.update({ borrowing: 'idle' })
    end(limiter, 'live', 4)
    expect(fill(limiter, 'live')).toBe(4)
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => partitioned(1, { partitions: { live: 60 } })).toThrow(
      'PartitionedLimiter: option "partitions.live" must be a number >= 0 and <= 1, got 60',
    )
    expect(() => partitioned(1, { partitions: {} })).toThrow(/"partitions" must be a number >= 1 and <= 256, got 0/)
    expect(() => partitioned(1, { partitions: undefined as never })).toThrow(TypeError)
    expect(() => partitioned(1, { partitionOf: 'x' as never })).toThrow(/"partitionOf" must be a function/)
    expect(() => partitioned(1, { reserved: 1.1 })).toThrow(/"reserved"/)
    expect(() => partitioned(1, { retryAfterMs: 0 })).toThrow(/"retryAfterMs"/)
    expect(() => partitioned(1, { share: {} } as never)).toThrow(/unknown option "share"/)
    expect(partitioned(1, { partitions: { a: 0.1, b: 0.2, c: 0.7 } }).snapshot().limit).toBe(1)
  })
})

describe('PartitionedLimiter, simulated', () => {
  /** Work of 20 ms on 20 places; who asks how often per ms. Returns places held on average from 2 s to 6 s. */
  function play(perMs: (now: number) => Record<string, number>, options: Options = {}): Record<string, number> {
    const limiter = checked(partitioned(20, { partitions: { live: 0.7, batch: 0.2 }, ...options }))
    const random = seededRandom(7)
    const running: [endsAt: number, ticket: Ticket][] = []
    const held: Record<string, number> = { live: 0, batch: 0 }
    for (let now = 0; now < 6000; now++) {
      while (running.length > 0 && running[0]![0] <= now) limiter.settle(running.shift()![1], now, 'success')
      const asks = Object.entries(perMs(now)).flatMap(([key, rate]) =>
        Array.from({ length: Math.floor(rate + random()) }, () => key),
      )
      for (const key of asks.sort(() => random() - 0.5)) {
        const ticket = of(key)
        if (limiter.admit(ticket, now) === undefined) running.push([now + 20, ticket])
      }
      if (now >= 2000) for (const [, ticket] of running) held[ticket.key]! += 1 / 4000
    }
    return held
  }

  it('leaves a partition that wants its share at least 95 % of it beside one that asks ten times as often', () => {
    const held = play(() => ({ live: 1, batch: 10 }))
    expect(held['live']).toBeGreaterThan(0.95 * 14)
    expect(held['live']! + held['batch']!).toBeGreaterThan(19.5)
  })

  it('lets one that is alone have everything, unless others reserve it', () => {
    expect(play(() => ({ batch: 10 }))['batch']).toBeGreaterThan(19.9)
    expect(play(() => ({ batch: 10 }), { reserved: 1 })['batch']).toBeCloseTo(4, 1)
  })

  it('serves a partition below its share nearly all it asks for, and lends the rest', () => {
    const held = play(() => ({ live: 0.3, batch: 10 }))
    expect(held['live']).toBeGreaterThan(0.95 * 6)
    expect(held['batch']).toBeGreaterThan(7)
  })
})
