/** One limiter per key: bounded, and nobody escapes by crowding others out. */
import {
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  keyed,
  overflowKey,
  type KeyedOptions,
  type Quota,
  type Ticket,
} from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Recorder, Spaced } from '../support/limiters.ts'

const perKey = (limit: number) => (key: string) => new ConcurrencyLimiter(new FixedLimit(limit), { name: key })
const ticket = (key: string): Ticket => createTicket(0, { key })

test('gives each key a limiter of its own', () => {
  const limiter = keyed(perKey(1))
  expect(limiter.admit(ticket('a'), 0)).toBeUndefined()
  expect(limiter.admit(ticket('b'), 0)).toBeUndefined()
  expect(limiter.admit(ticket('a'), 0)).toMatchObject({ limiter: 'a' })
  limiter.settle(ticket('a'), 1, 'success')
  expect(limiter.admit(ticket('a'), 1)).toBeUndefined()
  expect(limiter.size).toBe(2)
})

test('takes any string for a key', () => {
  const limiter = keyed(perKey(1))
  for (const key of ['__proto__', 'constructor', '', '\u0000', '\uD800', '*']) {
    expect(limiter.admit(ticket(key), 0)).toBeUndefined()
    expect(limiter.admit(ticket(key), 0)).toMatchObject({ limiter: key })
  }
})

test('does not apply to tickets without a key', () => {
  const limiter = keyed(perKey(1), { by: () => undefined })
  for (let i = 0; i < 3; i++) expect(limiter.admit(ticket('a'), 0)).toBeUndefined()
  limiter.settle(ticket('a'), 0, 'success')
  expect(limiter.describe(ticket('a'), 0)).toEqual([])
  expect(limiter.size).toBe(0)
})

test('admits and counts when `by` throws', () => {
  const limiter = keyed(perKey(1), {
    by: () => {
      throw new Error('broken')
    },
  })
  expect(limiter.admit(ticket('a'), 0)).toBeUndefined()
  limiter.settle(ticket('a'), 0, 'success')
  expect(limiter.failures).toBe(2)
})

test('lets the shared limiter decide, and counts, when `make` throws', () => {
  const limiter = keyed((key) => {
    if (key !== overflowKey) throw new Error('broken')
    return perKey(1)(key)
  })
  const first = ticket('a')
  expect(limiter.admit(first, 0)).toBeUndefined()
  expect(limiter.admit(ticket('b'), 0)).toMatchObject({ limiter: overflowKey })
  limiter.settle(first, 1, 'success')
  expect(limiter.admit(ticket('b'), 1)).toBeUndefined()
  expect(limiter.failures).toBe(3)
  expect(limiter.overflows).toBe(3)
})

test('forgets an idle key to make room', () => {
  const limiter = keyed(perKey(1), { maxKeys: 2 })
  const a = ticket('a')
  limiter.admit(a, 0)
  limiter.admit(ticket('b'), 0)
  limiter.settle(a, 1, 'success')
  expect(limiter.admit(ticket('c'), 1)).toBeUndefined()
  expect(limiter.size).toBe(2)
  expect(limiter.overflows).toBe(0)
})

test('never forgets a key with work in flight, whatever its limiter says', () => {
  const limiter = keyed(() => new Spaced(0), { maxKeys: 1 })
  const a = ticket('a')
  limiter.admit(a, 0)
  limiter.admit(ticket('b'), 100)
  expect(limiter.overflows).toBe(1)
  limiter.settle(a, 100, 'revoked')
  limiter.admit(ticket('b'), 100)
  expect(limiter.overflows).toBe(1)
})

test('grants no amnesty: a key that has spent its share is not forgotten before it could spend again', () => {
  const limiter = keyed((key) => new Spaced(1000, key), { maxKeys: 1 })
  const spend = (key: string, now: number) => {
    const t = ticket(key)
    const no = limiter.admit(t, now)
    if (no === undefined) limiter.settle(t, now, 'success')
    return no
  }
  expect(spend('a', 0)).toBeUndefined()
  expect(spend('b', 10)).toBeUndefined()
  for (let i = 0; i < 100; i++) expect(spend(`flood${i}`, 20)).toMatchObject({ limiter: overflowKey })
  expect(spend('a', 999)).toMatchObject({ limiter: 'a' })
  expect(spend('c', 1000)).toBeUndefined()
  expect(spend('a', 1000)).toMatchObject({ limiter: overflowKey })
})

test('settles with the shared limiter what it let in, even after the key got its own', () => {
  const limiter = keyed(perKey(1), { maxKeys: 1 })
  const [a, b1, b2] = [ticket('a'), ticket('b'), ticket('b')]
  limiter.admit(a, 0)
  expect(limiter.admit(b1, 0)).toBeUndefined()
  limiter.settle(a, 1, 'success')
  expect(limiter.admit(b2, 1)).toBeUndefined()
  limiter.settle(b1, 2, 'success')
  expect(limiter.admit(ticket('b'), 2)).toMatchObject({ limiter: 'b' })
  expect(limiter.admit(ticket('c'), 2)).toBeUndefined()
})

test('ignores a settle too many', () => {
  const limiter = keyed(perKey(1))
  limiter.settle(ticket('a'), 0, 'success')
  limiter.admit(ticket('a'), 0)
  limiter.settle(ticket('a'), 0, 'success')
  limiter.settle(ticket('a'), 0, 'success')
  expect(limiter.admit(ticket('a'), 0)).toBeUndefined()
})

test('does not tell a limiter of work that it never let in', () => {
  const log: string[] = []
  const limiter = keyed((key) => Object.assign(new Recorder(key, log), { isIdle: () => true }))
  limiter.admit(ticket('a'), 0)
  limiter.settle(ticket('a'), 0, 'success')
  limiter.settle(ticket('a'), 0, 'revoked')
  expect(log).toEqual(['a admit', 'a success'])
})

test('describes the quota of a key without giving it a place', () => {
  const make = (key: string) =>
    Object.assign(new Spaced(1, key), {
      describe: (): Quota[] => [{ name: key, limit: 1, windowMs: 1, remaining: 1, nextMs: 0, resetMs: 0 }],
    })
  const limiter = keyed(make, { maxKeys: 1 })
  expect(limiter.describe(ticket('a'), 0)).toMatchObject([{ name: 'a' }])
  expect(limiter.size).toBe(0)
  limiter.admit(ticket('a'), 0)
  expect(limiter.describe(ticket('a'), 0)).toMatchObject([{ name: 'a' }])
  expect(limiter.describe(ticket('b'), 0)).toMatchObject([{ name: overflowKey }])
  expect(keyed(perKey(1)).describe(ticket('a'), 0)).toEqual([])
})

test('looks at a bounded number of keys for one to forget', () => {
  let asked = 0
  const limiter = keyed(
    () => ({ name: 'x', admit: () => undefined, settle: () => {}, isIdle: () => (asked++, false) }),
    { maxKeys: 1000 },
  )
  for (let i = 0; i < 1000; i++) {
    const t = ticket(`k${i}`)
    limiter.admit(t, 0)
    limiter.settle(t, 0, 'success')
  }
  for (let i = 0; i < 1000; i++) limiter.admit(ticket(`n${i}`), 0)
  expect(asked).toBe(8000)
})

test('never lets more in than every key and the shared limiter allow, and ends as it began', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), settle: fc.boolean(), pick: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 6 }), (steps, maxKeys) => {
      const limiter = checked(keyed(perKey(2), { maxKeys }))
      const running: Ticket[] = []
      for (const { key, settle, pick } of steps) {
        if (settle && running.length > 0) limiter.settle(running.splice(pick % running.length, 1)[0]!, 0, 'success')
        else {
          const t = ticket(key)
          if (limiter.admit(t, 0) === undefined) running.push(t)
          else expect(running.filter((other) => other.key === key).length).toBeGreaterThanOrEqual(maxKeys < 5 ? 0 : 2)
        }
        expect(running.length).toBeLessThanOrEqual(2 * (maxKeys + 1))
        for (const k of 'abcde') {
          const inflight = running.filter((other) => other.key === k).length
          expect(inflight).toBeLessThanOrEqual(maxKeys < 5 ? 4 : 2)
        }
      }
      for (const t of running) limiter.settle(t, 0, 'ignored')
      expect(limiter.inflight).toBe(0)
      expect(limiter.admit(ticket('new'), 0)).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})

test('names option, value and range when an option is wrong', () => {
  const make = (options: KeyedOptions) => () => keyed(perKey(1), options)
  expect(make({ maxKeys: 0 })).toThrow(/keyed: option "maxKeys" must be an integer >= 1 and <= 16777216, got 0/)
  expect(make({ by: 'ip' as never })).toThrow(/"by" must be a function/)
  expect(make({ max: 1 } as never)).toThrow(/unknown option "max"/)
  expect(() => keyed('x' as never)).toThrow(/"make" must be a function/)
})
