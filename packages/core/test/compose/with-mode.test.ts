/** A limiter that is enforced, only watched, or left alone. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  keyed,
  RateLimiter,
  withMode,
  type Mode,
  type ModeOptions,
  type ModeUpdate,
  type Rejection,
} from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget, Recorder } from '../support/limiters.ts'

const no: Rejection = { reason: 'rate', limiter: 'r', retryAfterMs: 1 }
const ticket = (key = '') => createTicket(0, { key })

describe('mode', () => {
  it('enforces unless told otherwise: the verdict is the limiter’s own', () => {
    const limiter = withMode(new Recorder('r', [], no))
    expect(limiter.name).toBe('r')
    expect(limiter.admit(ticket(), 0)).toBe(no)
    expect(limiter.snapshot()).toMatchObject({ mode: 'enforce', enforceRatio: 1, admitted: 0, notAsked: 0 })
    expect(limiter.snapshot().refused.rate).toBe(1)
    expect(limiter.snapshot().wouldRefuse.rate).toBe(0)
  })

  it('in shadow lets everybody in, counts whom it would have refused, and settles with the limiter only whom that let in', () => {
    const log: string[] = []
    const inner = new Recorder('r', log)
    const limiter = withMode(inner, { mode: 'shadow' })
    const [a, b] = [ticket(), ticket()]
    expect(limiter.admit(a, 0)).toBeUndefined()
    inner.verdict = no
    expect(limiter.admit(b, 0)).toBeUndefined()
    expect([limiter.shadowed(a), limiter.shadowed(b)]).toEqual([undefined, no])
    limiter.settle(b, 1, 'success')
    limiter.settle(a, 2, 'dropped')
    expect(log).toEqual(['r admit', 'r admit', 'r dropped'])
    expect(limiter.shadowed(b)).toBeUndefined()
    expect(limiter.snapshot()).toMatchObject({ admitted: 2, wouldRefuse: { rate: 1 }, refused: { rate: 0 } })
  })

  it('off does not ask, so that nothing is taken and nothing learnt', () => {
    const log: string[] = []
    const limiter = withMode(new Recorder('r', log, no), { mode: 'off' })
    const a = ticket()
    expect(limiter.admit(a, 0)).toBeUndefined()
    expect(limiter.shadowed(a)).toBeUndefined()
    limiter.settle(a, 1, 'success')
    expect(log).toEqual([])
    expect(limiter.snapshot()).toMatchObject({ mode: 'off', admitted: 1, notAsked: 1, wouldRefuse: { rate: 0 } })
  })

  it('takes in shadow what it would take: whoever is let in pays, whoever would be refused does not', () => {
    const budget = new Budget(2)
    const limiter = withMode(budget, { mode: 'shadow' })
    const tickets = [ticket(), ticket(), ticket()]
    for (const one of tickets) limiter.admit(one, 0)
    expect(budget.left).toBe(0)
    for (const one of tickets) limiter.settle(one, 0, 'revoked')
    expect(budget.left).toBe(2)
  })

  it('can change while work is in flight, in every direction', () => {
    const inner = new ConcurrencyLimiter(new FixedLimit(1))
    const limiter = withMode(checked(inner))
    const [enforced, shadowed, unseen] = [ticket(), ticket(), ticket()]
    limiter.admit(enforced, 0)
    limiter.update({ mode: 'shadow' })
    limiter.admit(shadowed, 0)
    limiter.update({ mode: 'off' })
    limiter.admit(unseen, 0)
    limiter.update({ mode: 'enforce' })
    expect(inner.inflight).toBe(1)
    expect(limiter.admit(ticket(), 0)?.reason).toBe('concurrency')
    limiter.settle(unseen, 1, 'success')
    limiter.settle(shadowed, 1, 'success')
    expect(inner.inflight).toBe(1)
    limiter.settle(enforced, 1, 'success')
    expect(inner.inflight).toBe(0)
  })

  it('is not idle while somebody is in against the verdict, for whom a forgotten limiter would know nothing', () => {
    const limiter = withMode(new ConcurrencyLimiter(new FixedLimit(1)), { mode: 'off' })
    const a = ticket()
    limiter.admit(a, 0)
    expect(limiter.isIdle(0)).toBe(false)
    limiter.settle(a, 0, 'ignored')
    expect(limiter.isIdle(0)).toBe(true)
    expect(withMode(new Budget(1)).isIdle(0)).toBe(false)
  })

  it('may be put into other compositions', () => {
    const inner = keyed(() => withMode(new ConcurrencyLimiter(new FixedLimit(1)), { mode: 'shadow' }))
    const limiter = checked(all(inner, withMode(new Budget(1))))
    expect(limiter.admit(ticket('a'), 0)).toBeUndefined()
    expect(limiter.admit(ticket('a'), 0)?.limiter).toBe('budget')
    expect(limiter.inflight).toBe(1)
  })

  it('tells of quotas only while they are enforced on somebody', () => {
    const limiter = withMode(new RateLimiter({ limit: 5, windowMs: 1000 }))
    const shown = (change: ModeUpdate): number => {
      limiter.update(change)
      return limiter.describe(ticket(), 0).length
    }
    expect(shown({})).toBe(1)
    expect(shown({ mode: 'shadow' })).toBe(0)
    expect(shown({ mode: 'off' })).toBe(0)
    expect(shown({ mode: 'enforce', enforceRatio: 0 })).toBe(0)
    expect(shown({ enforceRatio: 0.1 })).toBe(1)
    expect(withMode(new Budget(1)).describe(ticket(), 0)).toEqual([])
  })
})

describe('enforceRatio', () => {
  const keys = Array.from({ length: 4000 }, (_, i) => `caller ${i}`)
  const refused = (options: ModeOptions, key: string): boolean =>
    withMode(new Recorder('r', [], no), options).admit(ticket(key), 0) !== undefined

  it.each([0, 0.01, 0.1, 0.5, 0.9, 1])('%d enforces on that share of the callers', (enforceRatio) => {
    const share = keys.filter((key) => refused({ enforceRatio }, key)).length / keys.length
    expect(Math.abs(share - enforceRatio)).toBeLessThan(0.02)
    if (enforceRatio === 0 || enforceRatio === 1) expect(share).toBe(enforceRatio)
  })

  it('hits the same callers each time, in every process, and keeps them when it grows', () => {
    const hit = (enforceRatio: number) => keys.filter((key) => refused({ enforceRatio }, key))
    const ten = hit(0.1)
    expect(hit(0.1)).toEqual(ten)
    const twenty = new Set(hit(0.2))
    expect(ten.every((key) => twenty.has(key))).toBe(true)
    // Pinned: another hash would move callers in and out when a process is updated.
    expect(ten.slice(0, 3)).toEqual(['caller 0', 'caller 18', 'caller 19'])
  })

  it('goes by chance for work without a key, and for all where that is asked for', () => {
    const share = (options: ModeOptions, key: string): number => {
      const limiter = withMode(new Recorder('r', [], no), { ...options, random: seededRandom(1) })
      let count = 0
      for (let i = 0; i < 4000; i++) if (limiter.admit(ticket(key), 0) !== undefined) count++
      return count / 4000
    }
    expect(share({ enforceRatio: 0.3 }, '')).toBeCloseTo(0.3, 1)
    expect(share({ enforceRatio: 0.3, enforceBy: 'chance' }, 'caller 1')).toBeCloseTo(0.3, 1)
    expect([0, 1]).toContain(share({ enforceRatio: 0.3 }, 'caller 1'))
  })

  it('counts whom it enforces on and whom it does not apart', () => {
    const limiter = withMode(new Recorder('r', [], no), { enforceRatio: 0.25 })
    for (const key of keys) limiter.admit(ticket(key), 0)
    const { admitted, refused: told, wouldRefuse } = limiter.snapshot()
    expect(told.rate + wouldRefuse.rate).toBe(keys.length)
    expect(admitted).toBe(wouldRefuse.rate)
    expect(told.rate / keys.length).toBeCloseTo(0.25, 1)
  })

  it('enforces on nobody in shadow', () => {
    const limiter = withMode(new Recorder('r', [], no), { mode: 'shadow', enforceRatio: 1 })
    expect(limiter.admit(ticket(), 0)).toBeUndefined()
  })

  it('throws no dice for work that is let in', () => {
    const limiter = withMode(new Recorder('r'), { enforceRatio: 0.5, random: () => expect.unreachable() })
    expect(limiter.admit(ticket(), 0)).toBeUndefined()
  })
})

describe('options of withMode', () => {
  const bad: [object, string][] = [
    [{ mode: 'dry-run' }, 'withMode: option "mode" must be one of "enforce", "shadow", "off", got "dry-run"'],
    [{ enforceRatio: 1.1 }, 'withMode: option "enforceRatio" must be a number >= 0 and <= 1, got 1.1'],
    [{ enforceRatio: NaN }, 'option "enforceRatio"'],
    [{ enforceRatio: '1' }, 'option "enforceRatio"'],
    [{ ratio: 1 }, 'unknown option "ratio"'],
  ]
  it.each([
    ...bad,
    [{ enforceBy: 'user' }, 'option "enforceBy" must be one of "key", "chance"'],
    [{ random: 4 }, 'option "random" must be a function'],
  ] as [object, string][])('%j is complained about', (options, complaint) => {
    expect(() => withMode(new Budget(1), options)).toThrow(complaint)
  })

  it.each(bad)('%j changes nothing in an update', (change, complaint) => {
    const limiter = withMode(new Budget(1), { mode: 'shadow', enforceRatio: 0.5 })
    expect(() => limiter.update({ mode: 'off', enforceRatio: 0.7, ...change })).toThrow(complaint)
    expect(limiter.snapshot()).toMatchObject({ mode: 'shadow', enforceRatio: 0.5 })
  })

  it('keep what an update does not name', () => {
    const limiter = withMode(new Budget(1), { mode: 'shadow', enforceRatio: 0.5 })
    limiter.update({ enforceRatio: 0.2 })
    limiter.update({})
    expect(limiter.snapshot()).toMatchObject({ mode: 'shadow', enforceRatio: 0.2 })
    const commit = limiter.prepare({ mode: 'off' })
    expect(limiter.snapshot().mode).toBe('shadow')
    commit()
    expect(limiter.snapshot().mode).toBe('off')
  })
})

describe('laws of withMode', () => {
  const modes = ['enforce', 'shadow', 'off'] as const
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('admit' as const), n: fc.nat(9) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('settle' as const), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mode' as const), n: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ratio' as const), n: fc.nat(4) }) },
  )

  it('the limiter’s books hold what it let in and nothing else, however the mode changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), fc.integer({ min: 1, max: 4 }), (steps, places) => {
        const inner = new ConcurrencyLimiter(new FixedLimit(places))
        const limiter = withMode(checked(inner), { random: seededRandom(places) })
        const watched = checked(limiter)
        // The naive model: who is in, and whether the limiter knows.
        const running: { one: ReturnType<typeof ticket>; known: boolean }[] = []
        let [mode, ratio, decisions]: [Mode, number, number] = ['enforce', 1, 0]
        for (const { kind, n } of steps) {
          if (kind === 'mode') limiter.update({ mode: (mode = modes[n]!) })
          else if (kind === 'ratio') limiter.update({ enforceRatio: (ratio = n / 4) })
          else if (kind === 'settle') {
            const [gone] = running.splice(n % Math.max(1, running.length), 1)
            if (gone !== undefined) watched.settle(gone.one, 1, 'success')
          } else {
            const one = ticket(n === 0 ? '' : `k${n}`)
            const fits = running.filter(({ known }) => known).length < places
            const verdict = watched.admit(one, 0)
            decisions++
            if (mode === 'off' || mode === 'shadow' || fits || ratio === 0) expect(verdict).toBeUndefined()
            else if (ratio === 1) expect(verdict?.reason).toBe('concurrency')
            if (verdict === undefined) running.push({ one, known: mode !== 'off' && fits })
          }
          expect(inner.inflight).toBe(running.filter(({ known }) => known).length)
          const { admitted, refused } = limiter.snapshot()
          expect(admitted + refused.concurrency).toBe(decisions)
        }
        for (const { one } of running) watched.settle(one, 2, 'ignored')
        expect([inner.inflight, watched.inflight]).toEqual([0, 0])
      }),
      { numRuns: 300 },
    )
  })

  it('never lets a rate limit’s own count exceed its burst at one instant, however often the mode changes', () => {
    const moves = fc.array(fc.oneof(fc.constantFrom(...modes), fc.integer({ min: 1, max: 20 })), {
      maxLength: 60,
      size: 'max',
    })
    fc.assert(
      fc.property(moves, (steps) => {
        const rate = checked(new RateLimiter({ limit: 5, windowMs: 1000 }))
        const limiter = withMode(rate)
        for (const move of steps) {
          if (typeof move === 'string') limiter.update({ mode: move })
          else for (let i = 0; i < move; i++) limiter.admit(ticket('k'), 0)
        }
        expect(rate.inflight).toBeLessThanOrEqual(5)
      }),
    )
  })
})
