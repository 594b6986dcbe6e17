/** What routers of traffic are told, in virtual time. */
import { VirtualClock } from '@spillway/core/testing'
import { createReadiness, livenessAnswer, readinessAnswer, startupAnswer, utilizationOf } from '@spillway/http'
import type { ReadinessOptions, ReadinessReport, ReadinessState } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const calm: ReadinessState = { draining: false, overloaded: false }

function report(state: Partial<ReadinessState>, options?: ReadinessOptions) {
  return createReadiness({ snapshot: () => ({ ...calm, ...state }) }, options).report()
}

describe('readiness', () => {
  it.each<[string, Partial<ReadinessState>, ReadinessOptions, ReadinessReport]>([
    ['is there when calm', {}, {}, { ready: true, reasons: [] }],
    ['is not while it drains', { draining: true }, {}, { ready: false, reasons: ['draining'] }],
    ['is not before it has started', { started: false }, {}, { ready: false, reasons: ['starting'] }],
    ['stays under overload, which is told', { overloaded: true }, {}, { ready: true, reasons: ['overloaded'] }],
    [
      'goes under overload when asked to',
      { overloaded: true },
      { failWhenOverloaded: true },
      { ready: false, reasons: ['overloaded'] },
    ],
    ['stays under the highest pressure', { pressure: 10 }, {}, { ready: true, reasons: [] }],
  ])('%s', (_name, state, options, expected) => {
    expect(report(state, options)).toEqual(expected)
  })

  it('is answered as JSON that nobody keeps', () => {
    expect(readinessAnswer({ ready: false, reasons: ['draining'] })).toEqual({
      status: 503,
      headers: ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', '38', 'Cache-Control', 'no-store'],
      body: '{"ready":false,"reasons":["draining"]}',
    })
  })
})

describe('other answers', () => {
  it('are that it lives, and whether it has started', () => {
    expect(livenessAnswer()).toMatchObject({ status: 200, body: '{"live":true}' })
    expect(startupAnswer(false)).toMatchObject({ status: 503, body: '{"started":false}' })
    expect(startupAnswer(true)).toMatchObject({ status: 200, body: '{"started":true}' })
  })
})

describe('utilization', () => {
  it('is the larger of places used and pressure, and never NaN', () => {
    expect(utilizationOf({ inflight: 8, limit: 16, pressure: 0.2 })).toBe(0.5)
    expect(utilizationOf({ inflight: 8, limit: 16, pressure: 0.9 })).toBe(0.9)
    expect(utilizationOf({ inflight: 8, limit: Infinity })).toBe(0)
    expect(utilizationOf({ inflight: 0, limit: 0 })).toBe(0)
    expect(utilizationOf({ inflight: NaN, limit: NaN, pressure: NaN })).toBe(0)
    expect(utilizationOf({})).toBe(0)
  })
})

/** An instance whose utilization is set by hand. */
function instance(options: ReadinessOptions, random: () => number = () => 0) {
  const clock = new VirtualClock()
  const state = { ...calm, pressure: 0 }
  const readiness = createReadiness({ snapshot: () => state }, options, { clock, random })
  return {
    after: async (ms: number, pressure: number) => {
      await clock.advance(ms)
      state.pressure = pressure
      return readiness.report().ready
    },
  }
}

describe('high utilization for long', () => {
  const options = { unreadyAbove: 0.98, forMs: 30_000, readyBelow: 0.8, members: 10 }

  it('makes it unready after a while, and ready again after another', async () => {
    const { after } = instance(options)
    expect(await after(0, 1)).toBe(true)
    expect(await after(29_999, 1)).toBe(true)
    expect(await after(1, 1)).toBe(false)
    expect(await after(60_000, 0.9)).toBe(false)
    expect(await after(10_000, 0.5)).toBe(false)
    expect(await after(29_999, 0.5)).toBe(false)
    expect(await after(1, 0.5)).toBe(true)
  })

  it('starts anew after a moment below', async () => {
    const { after } = instance(options)
    await after(0, 1)
    await after(20_000, 0.97)
    await after(1000, 1)
    expect(await after(29_999, 1)).toBe(true)
    expect(await after(1, 1)).toBe(false)
  })

  it('comes later by chance, so that a fleet does not leave at once', async () => {
    let draws = 0
    const { after } = instance({ ...options, jitterRatio: 1 }, () => (draws++ === 0 ? 0.5 : 0))
    await after(0, 1)
    expect(await after(44_999, 1)).toBe(true)
    expect(await after(1, 1)).toBe(false)
  })

  it('is settled by lot where only the size of the fleet is known', async () => {
    for (const [lot, ready] of [
      [0.29, false],
      [0.3, true],
    ] as const) {
      const { after } = instance({ ...options, forMs: 0 }, () => lot)
      expect(await after(0, 1)).toBe(ready)
      expect(await after(1e6, 1)).toBe(ready)
    }
  })

  it('is exact where the others are known', async () => {
    for (const [unready, ready] of [
      [2, false],
      [3, true],
    ] as const) {
      const { after } = instance({ ...options, forMs: 0, members: () => ({ total: 10, unready }) })
      expect(await after(0, 1)).toBe(ready)
    }
  })

  it('takes nobody out of a fleet of which not even one may leave, or whose size is not known', async () => {
    const broken = (): never => {
      throw new Error('no store')
    }
    for (const members of [3, () => 3, () => ({ total: 3, unready: 0 }), broken, () => NaN, () => 0]) {
      const { after } = instance({ ...options, forMs: 0, members })
      expect(await after(0, 1)).toBe(true)
      expect(await after(1e6, 1)).toBe(true)
    }
  })

  it('never takes out more of a fleet than may leave, whoever decides first', () => {
    const fleets = fc.record({
      total: fc.integer({ min: 1, max: 60 }),
      fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fleets, ({ total, fraction }) => {
        let unready = 0
        for (let i = 0; i < total; i++) {
          const bounded = {
            unreadyAbove: 0.9,
            forMs: 0,
            maxUnreadyFraction: fraction,
            members: () => ({ total, unready }),
          }
          if (!report({ pressure: 1 }, bounded).ready) unready++
        }
        expect(unready).toBe(Math.floor(total * fraction + 1e-9))
      }),
    )
  })

  it('leaves about the part that may leave when all draw lots', () => {
    let seed = 1
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    let unready = 0
    const clock = new VirtualClock()
    const hot = { snapshot: () => ({ ...calm, pressure: 1 }) }
    for (let i = 0; i < 10_000; i++) {
      if (!createReadiness(hot, { unreadyAbove: 0.9, forMs: 0, members: 100 }, { clock, random }).report().ready)
        unready++
    }
    expect(unready).toBeGreaterThan(2800)
    expect(unready).toBeLessThan(3200)
  })

  it('names the option that makes no sense', () => {
    expect(() => report({}, { unreadyAbove: 0.9 })).toThrow('readiness: option "members" must be an integer >= 1')
    expect(() => report({}, { unreadyAbove: 11, members: 1 })).toThrow('option "unreadyAbove"')
    expect(() => report({}, { unreadyAbove: 0.5, readyBelow: 0.6, members: 1 })).toThrow('option "readyBelow"')
    expect(() => report({}, { forMs: -1, unreadyAbove: 1, members: 1 })).toThrow('option "forMs"')
    expect(() => report({}, { maxUnready: 1 } as never)).toThrow('unknown option "maxUnready"')
    expect(() => report({}, { failWhenOverloaded: 1 } as never)).toThrow('option "failWhenOverloaded"')
  })
})
