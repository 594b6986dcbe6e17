/** The arithmetic of actions, and what they do to a server whose properties are only numbers. */
import type { PressureScale, Random } from '@spillway/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActionContext, ProtectableServer } from '../../src/server/action.ts'
import { Actions } from '../../src/server/actions.ts'
import { isWorthTelling, streamsPerSession } from '../../src/server/concurrent-streams.ts'
import { ConnectionCap } from '../../src/server/connection-cap.ts'
import { KeepAliveShedding } from '../../src/server/keep-alive.ts'
import { scaledTimeout, TimeoutScaling } from '../../src/server/timeouts.ts'

const scale: PressureScale = { start: 0.5, full: 1 }
const level = fc.double({ min: 0, max: 1, noNaN: true })

interface FakeServer {
  maxConnections?: number
  headersTimeout?: number
  requestTimeout?: number
  keepAliveTimeout?: number
  open: number
}

function context(server: FakeServer, random: Random = () => 0): ActionContext {
  const getConnections = (tell: (error: null, open: number) => void): void => tell(null, server.open)
  return {
    server: Object.assign(server, { getConnections, on() {}, off() {} }) as unknown as ProtectableServer,
    connections: { sessions: new Set() } as never,
    random,
    load: () => ({ limit: Infinity, overloaded: false }),
  }
}

describe('levels of actions', () => {
  it('are 0 up to the start, 1 from the end on, and rise with the pressure', () => {
    const actions = new Actions({ keepAlive: { start: 0.7, full: 0.9 }, timeouts: false, connections: true })
    actions.start(context({ open: 0 }))
    const at = (pressure: number) => {
      actions.apply(pressure, 0)
      return actions.levels()
    }
    expect(at(0.7)).toEqual({ keepAlive: 0, timeouts: 0, connections: 0 })
    expect(at(0.8).keepAlive).toBeCloseTo(0.5)
    expect(at(0.9)).toMatchObject({ keepAlive: 1, connections: 0 })
    expect(at(10)).toEqual({ keepAlive: 1, timeouts: 0, connections: 1 })
    fc.assert(
      fc.property(level, level, (a, b) => {
        const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))]
        expect(low.keepAlive).toBeLessThanOrEqual(high.keepAlive)
        expect(low.connections).toBeLessThanOrEqual(high.connections)
      }),
    )
  })

  it('have a default for each that is on, and connections are not', () => {
    const actions = new Actions({})
    actions.start(context({ open: 0 }))
    actions.apply(1, 0)
    expect(actions.levels()).toEqual({ keepAlive: 1, timeouts: 1, connections: 0 })
    expect(actions.linger).toMatchObject({ maxBytes: 131_072, maxMs: 500 })
    expect(new Actions({ lingeringClose: false }).linger).toBe(false)
  })
})

describe('shedding of kept connections', () => {
  it('hits the share that the level says', () => {
    fc.assert(
      fc.property(level, level, (share, chance) => {
        const shedding = new KeepAliveShedding(scale)
        shedding.start(context({ open: 0 }, () => chance))
        shedding.apply(share, 0)
        const res = { shouldKeepAlive: true }
        shedding.request({}, res as never)
        expect(res.shouldKeepAlive).toBe(!(chance < share))
      }),
    )
  })
})

describe('a scaled timeout', () => {
  it('lies between its share and all of it, falls with the level, and is never too short for an honest client', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), level, level, (ms, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const [more, less] = [scaledTimeout(ms, low, 0.1, 1000), scaledTimeout(ms, high, 0.1, 1000)]
        expect(less).toBeLessThanOrEqual(more)
        expect(more).toBeLessThanOrEqual(ms)
        expect(less).toBeGreaterThanOrEqual(Math.min(ms, 1000))
        expect(scaledTimeout(ms, 0, 0.1, 1000)).toBe(ms)
        expect(Math.abs(scaledTimeout(ms, 1, 0.1, 1000) - Math.max(Math.min(ms, 1000), ms * 0.1))).toBeLessThanOrEqual(
          0.5001,
        )
      }),
    )
  })

  it('is put back, unless somebody has set another one since', () => {
    const server: FakeServer = { headersTimeout: 60_000, requestTimeout: 0, keepAliveTimeout: 5000, open: 0 }
    const action = new TimeoutScaling(scale, 0.1)
    action.start(context(server))
    action.apply(0.5, 0)
    expect(server).toMatchObject({ headersTimeout: 33_000, requestTimeout: 0, keepAliveTimeout: 2750 })
    action.apply(1, 0)
    expect(server).toMatchObject({ headersTimeout: 6000, requestTimeout: 0, keepAliveTimeout: 500 })
    server.keepAliveTimeout = 9000
    action.apply(0, 0)
    expect(server).toMatchObject({ headersTimeout: 60_000, requestTimeout: 0, keepAliveTimeout: 9000 })
    action.apply(1, 0)
    expect(server.keepAliveTimeout).toBe(900)
    action.restore()
    expect(server).toMatchObject({ headersTimeout: 60_000, keepAliveTimeout: 9000 })
  })

  it('is not made up where a server has none', () => {
    const server: FakeServer = { open: 0 }
    const action = new TimeoutScaling(scale, 0.1)
    action.start(context(server))
    action.apply(1, 0)
    expect(server.headersTimeout).toBeUndefined()
  })
})

describe('a cap on connections', () => {
  it('is what is open and spare at full pressure, follows it down, and leaves room before', () => {
    const server: FakeServer = { open: 100 }
    const cap = new ConnectionCap(scale, 8)
    cap.start(context(server))
    cap.apply(0.5, 0)
    expect(server.maxConnections).toBe(158)
    cap.apply(1, 0)
    expect(server.maxConnections).toBe(108)
    server.open = 60
    cap.apply(1, 0)
    expect(server.maxConnections).toBe(68)
    server.open = 68
    cap.apply(1, 0)
    expect(server.maxConnections).toBe(68)
    cap.apply(0, 0)
    expect(server.maxConnections).toBeUndefined()
  })

  it('is never more than the server had, which comes back', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.array(level), (open, own, levels) => {
        const server: FakeServer = { open, maxConnections: own }
        const cap = new ConnectionCap(scale, 8)
        cap.start(context(server))
        for (const each of levels) {
          cap.apply(each, 0)
          expect(server.maxConnections).toBeLessThanOrEqual(own)
          expect(server.maxConnections).toBeGreaterThanOrEqual(1)
        }
        cap.restore()
        expect(server.maxConnections).toBe(own)
      }),
    )
  })

  it('gives way to one that somebody sets', () => {
    const server: FakeServer = { open: 10 }
    const cap = new ConnectionCap(scale, 0)
    cap.start(context(server))
    cap.apply(1, 0)
    server.maxConnections = 5
    cap.apply(0, 0)
    expect(server.maxConnections).toBe(5)
  })
})

describe('streams of a session', () => {
  const options = { headroom: 2, minStreams: 4 }

  it('are its part of the limit, with headroom, and never fewer than the least', () => {
    expect(streamsPerSession(100, 4, options)).toBe(50)
    expect(streamsPerSession(10, 100, options)).toBe(4)
    expect(streamsPerSession(10, 0, options)).toBe(20)
    expect(streamsPerSession(Infinity, 4, options)).toBe(4_294_967_295)
    expect(streamsPerSession(0, 1, options)).toBe(4)
  })

  it('are told when they change by a fifth', () => {
    expect([isWorthTelling(119, 100), isWorthTelling(120, 100), isWorthTelling(80, 100)]).toEqual([false, true, true])
  })
})
