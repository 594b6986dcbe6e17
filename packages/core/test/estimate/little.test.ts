/** Little's law: exact on closed paths, nearly so on others, and broken by feeders that are wrong. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  LittleEstimator,
  measure,
  RateLimiter,
  type Limiter,
} from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random } from './random.ts'

interface Visit {
  readonly from: number
  readonly stay: number
}

interface Event {
  readonly at: number
  readonly visit: Visit
  readonly isArrival: boolean
}

/** Departures before arrivals of the same instant, unless it is the same visit. */
function eventsOf(visits: readonly Visit[]): Event[] {
  const events = visits.flatMap((visit) => [
    { at: visit.from, visit, isArrival: true },
    { at: visit.from + visit.stay, visit, isArrival: false },
  ])
  return events.toSorted((a, b) => a.at - b.at)
}

function feed(estimator: LittleEstimator, events: readonly Event[]): void {
  for (const { at, visit, isArrival } of events) {
    if (isArrival) estimator.arrived(at)
    else estimator.departed(at, visit.stay)
  }
}

const visits = fc.array(
  fc.record({
    // Microseconds: what is shorter is lost in the doubles of a clock.
    from: fc.nat(5_000_000).map((us) => us / 1000),
    stay: fc.nat(3_000_000).map((us) => us / 1000),
  }),
  { minLength: 1, maxLength: 80 },
)

test('finds L = lambda W on every path that begins and ends empty, whatever the order and the times', () => {
  fc.assert(
    fc.property(visits, fc.integer({ min: 2, max: 50 }), fc.nat(1000), (given, slots, later) => {
      const events = eventsOf(given)
      const end = events.at(-1)!.at + later
      const estimator = new LittleEstimator({ windowMs: 20_000, slots })
      feed(estimator, events)
      const seen = estimator.snapshot(end)
      const spanMs = end - events[0]!.at
      const stays = given.reduce((sum, { stay }) => sum + stay, 0)
      expect(seen.spanMs).toBeCloseTo(spanMs, 6)
      expect(seen.inflight).toBe(0)
      expect(seen.faults).toBe(0)
      expect(seen.meanSojournMs).toBeCloseTo(stays / given.length, 6)
      if (spanMs < 1) return
      expect(seen.meanInflight).toBeCloseTo(stays / spanMs, 6)
      expect(seen.perSecond).toBeCloseTo((given.length / spanMs) * 1000, 6)
      expect(Math.abs(seen.residual)).toBeLessThan(1e-7)
    }),
    { numRuns: 200 },
  )
})

test('measures over its window what a look at all visits finds', () => {
  const shapes = fc.record({ slots: fc.integer({ min: 2, max: 10 }), slotMs: fc.integer({ min: 10, max: 400 }) })
  const whole = fc.array(fc.record({ from: fc.nat(5000), stay: fc.nat(2000) }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(whole, shapes, fc.nat(8000), (given, { slots, slotMs }, until) => {
      const events = eventsOf(given).filter(({ at }) => at <= until)
      if (events.length === 0) return
      const estimator = new LittleEstimator({ windowMs: slots * slotMs, slots, memoryMs: 100_000 })
      feed(estimator, events)
      const seen = estimator.snapshot(until)
      const first = events[0]!.at
      const begins = first + Math.max(0, Math.floor((until - first) / slotMs) + 1 - slots) * slotMs
      const spanMs = until - begins
      expect(seen.spanMs).toBeCloseTo(spanMs, 9)
      if (spanMs === 0) return
      const overlap = ({ from, stay }: Visit): number =>
        Math.max(0, Math.min(from + stay, until) - Math.max(from, begins))
      const left = events.filter((one) => !one.isArrival && one.at >= begins).map(({ visit }) => visit.stay)
      const came = events.filter((one) => one.isArrival && one.at >= begins).length
      expect(seen.meanInflight).toBeCloseTo(given.reduce((sum, visit) => sum + overlap(visit), 0) / spanMs, 6)
      expect(seen.perSecond).toBeCloseTo((left.length / spanMs) * 1000, 6)
      expect(seen.arrivalsPerSecond).toBeCloseTo((came / spanMs) * 1000, 6)
      const mean = left.length === 0 ? 0 : left.reduce((sum, stay) => sum + stay, 0) / left.length
      expect(seen.meanSojournMs).toBeCloseTo(mean, 6)
    }),
    { numRuns: 200 },
  )
})

/** `servers` that take `stayMs` on average, by chance, fed by chance at `perMs`; first come first served. */
function station(perMs: number, servers: number, stayMs: number, untilMs: number): Visit[] {
  const next = random(11)
  const exponential = (mean: number): number => -Math.log(1 - next()) * mean
  const freeAt = Array.from({ length: servers }, () => 0)
  const found: Visit[] = []
  for (let at = exponential(1 / perMs); at < untilMs; at += exponential(1 / perMs)) {
    const server = freeAt.indexOf(Math.min(...freeAt))
    const end = Math.max(at, freeAt[server]!) + exponential(stayMs)
    freeAt[server] = end
    found.push({ from: at, stay: end - at })
  }
  return found
}

test('stays near 0 for a busy station, and leaves it when the feeder forgets one departure in twenty', () => {
  const events = eventsOf(station(0.1, 8, 50, 60_000)).filter(({ at }) => at < 60_000)
  const good = new LittleEstimator()
  const bad = new LittleEstimator()
  feed(good, events)
  feed(
    bad,
    events.filter(({ isArrival, visit }) => isArrival || Math.floor(visit.from * 1000) % 20 !== 0),
  )
  const healthy = good.snapshot(60_000)
  expect(Math.abs(healthy.residual)).toBeLessThan(0.05)
  expect(healthy.perSecond).toBeGreaterThan(90)
  expect(healthy.perSecond).toBeLessThan(110)
  expect(bad.snapshot(60_000).residual).toBeGreaterThan(0.9)
})

test('is broken by times in the wrong unit, and counts departures that nobody arrived for', () => {
  const events = eventsOf(station(0.1, 8, 50, 30_000)).filter(({ at }) => at < 30_000)
  const estimator = new LittleEstimator()
  for (const { at, visit, isArrival } of events) {
    if (isArrival) estimator.arrived(at)
    else estimator.departed(at, visit.stay / 1000)
  }
  expect(estimator.snapshot(30_000).residual).toBeGreaterThan(0.99)
  const lost = new LittleEstimator()
  for (const { at, visit, isArrival } of events) if (!isArrival) lost.departed(at, visit.stay)
  expect(lost.snapshot(30_000)).toMatchObject({ inflight: 0, meanInflight: 0, residual: -1 })
  expect(lost.snapshot(30_000).faults).toBe(events.filter(({ isArrival }) => !isArrival).length)
})

test('suggests the limit at which a station does all it can without waiting', () => {
  // Calm first, so that it has seen how long work takes when nothing waits; then more than the eight can do.
  const calm = station(0.04, 8, 50, 40_000)
  const busy = station(0.3, 8, 50, 30_000).map(({ from, stay }) => ({ from: from + 40_000, stay }))
  const estimator = new LittleEstimator({ headroom: 1 })
  feed(
    estimator,
    eventsOf([...calm, ...busy]).filter(({ at }) => at < 70_000),
  )
  const seen = estimator.snapshot(70_000)
  expect(seen.capacityPerSecond).toBeGreaterThan(150)
  expect(seen.capacityPerSecond).toBeLessThan(175)
  expect(seen.leastSojournMs).toBeGreaterThan(45)
  expect(seen.leastSojournMs).toBeLessThan(55)
  expect(seen.suggestedLimit).toBeGreaterThanOrEqual(8)
  expect(seen.suggestedLimit).toBeLessThanOrEqual(9)
})

test('knows nothing before its window is full, and forgets what is long ago', () => {
  const estimator = new LittleEstimator({ windowMs: 1000, slots: 10, memoryMs: 3000, headroom: 5 })
  expect(estimator.snapshot(5)).toEqual({
    spanMs: 0,
    inflight: 0,
    meanInflight: 0,
    perSecond: 0,
    arrivalsPerSecond: 0,
    meanSojournMs: 0,
    residual: 0,
    capacityPerSecond: 0,
    leastSojournMs: Infinity,
    suggestedLimit: 0,
    faults: 0,
  })
  for (let at = 0; at < 900; at += 10) {
    estimator.arrived(at)
    estimator.departed(at + 5, 5)
  }
  expect(estimator.snapshot(900)).toMatchObject({ suggestedLimit: 0, perSecond: 100 })
  for (let at = 900; at < 2000; at += 10) {
    estimator.arrived(at)
    estimator.departed(at + 5, 5)
  }
  expect(estimator.snapshot(2000)).toMatchObject({ capacityPerSecond: 100, leastSojournMs: 5, suggestedLimit: 3 })
  expect(estimator.snapshot(1e6)).toMatchObject({ capacityPerSecond: 0, suggestedLimit: 0, perSecond: 0 })
})

test('keeps counting who is there through a pause of any length', () => {
  for (const pauseMs of [999, 1000, 1099, 1100, 1101, 5050, 1e6, 1e14]) {
    const estimator = new LittleEstimator({ windowMs: 1000, slots: 10 })
    estimator.arrived(0)
    estimator.arrived(0)
    const { meanInflight, spanMs } = estimator.snapshot(pauseMs)
    expect(meanInflight).toBeCloseTo(2, 6)
    expect(spanMs).toBeGreaterThan(899.9)
    expect(spanMs).toBeLessThan(1000.1)
  }
})

test('stands still when the clock goes back, and takes no time that is none', () => {
  const estimator = new LittleEstimator({ windowMs: 1000 })
  estimator.arrived(500)
  estimator.departed(400, 100)
  for (const bad of [NaN, Infinity, -1]) {
    estimator.arrived(500)
    estimator.departed(500, bad)
  }
  estimator.arrived(NaN)
  estimator.departed(Infinity, 1)
  estimator.withdrawn(-Infinity)
  expect(estimator.snapshot(NaN)).toMatchObject({ spanMs: 0, inflight: 0, faults: 4, meanInflight: 0 })
  expect(estimator.snapshot(600)).toMatchObject({ spanMs: 100, meanInflight: 0 })
})

test('measures a limiter, and takes what was revoked for what never came', () => {
  const estimator = new LittleEstimator({ windowMs: 1000 })
  const inner: Limiter = new ConcurrencyLimiter(new FixedLimit(2))
  const measured = measure(inner, estimator)
  const limiter = checked(all(measured, new RateLimiter({ limit: 2, windowMs: 1000, burst: 2 })))
  const tickets = [createTicket(0), createTicket(0), createTicket(0)]
  expect(measured.isIdle(0)).toBe(true)
  expect(tickets.map((ticket) => limiter.admit(ticket, 0)?.reason)).toEqual([undefined, undefined, 'concurrency'])
  expect(measured.isIdle(0)).toBe(false)
  limiter.settle(tickets[0]!, 100, 'success')
  expect(limiter.admit(createTicket(100), 100)?.reason).toBe('rate')
  limiter.settle(tickets[1]!, 200, 'dropped')
  const seen = estimator.snapshot(200)
  expect(seen).toMatchObject({ inflight: 0, meanInflight: 1.5, perSecond: 10, meanSojournMs: 150, residual: 0 })
  expect(seen.arrivalsPerSecond).toBe(10)
  expect(measured.name).toBe('concurrency')
  expect(measured.describe(tickets[0]!, 0)).toEqual([])
  const rate = measure(new RateLimiter({ limit: 2, windowMs: 1000 }), estimator)
  expect(rate.describe(tickets[0]!, 0)).toMatchObject([{ limit: 2 }])
})

test.each([
  [{ windowMs: 0 }, RangeError],
  [{ slots: 1 }, RangeError],
  [{ windowMs: 1000, memoryMs: 999 }, RangeError],
  [{ headroom: 0.9 }, RangeError],
  [{ headroom: NaN }, RangeError],
  [{ windowMs: '1' }, TypeError],
  [{ window: 1 }, TypeError],
])('does not accept %o', (options, type) => {
  expect(() => new LittleEstimator(options as never)).toThrow(type)
})
