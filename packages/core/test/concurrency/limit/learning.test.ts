/** What all limits that learn have in common: bounds that hold, snapshots that carry over, changes that are whole or not at all. */
import {
  BbrLimit,
  CorrelationLimit,
  DelayLimit,
  EnvoyGradientLimit,
  KneeLimit,
  type LearningLimit,
  type LimitSnapshot,
} from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Bounds {
  readonly initialLimit?: number
  readonly minLimit?: number
  readonly maxLimit?: number
}

type AnyLimit = LearningLimit<Bounds> & { tick?(now: number, delayMs: number): void }

interface Kind {
  readonly name: string
  readonly make: (options?: Bounds & { readonly warmStart?: LimitSnapshot }) => AnyLimit
  /** What a warm start takes over. */
  readonly carries: readonly string[]
}

const cpu = { name: 'cpu', pressure: (now: number): number => (Math.floor(now / 300) % 2 === 0 ? 1 : 0) }

const kinds: readonly Kind[] = [
  { name: 'BbrLimit', make: (options) => new BbrLimit(options), carries: ['limit', 'maxPass', 'minRttMs'] },
  { name: 'BbrLimit', make: (options) => new BbrLimit({ ...options, cpu }), carries: ['limit', 'maxPass', 'minRttMs'] },
  {
    name: 'EnvoyGradientLimit',
    make: (options) =>
      new EnvoyGradientLimit({ ...options, probeConcurrency: 1, probeSamples: 5, random: () => 0, intervalMs: 2000 }),
    carries: ['limit', 'minRttMs'],
  },
  {
    name: 'CorrelationLimit',
    make: (options) => new CorrelationLimit({ ...options, minSamples: 5, minWindowMs: 20 }),
    carries: ['limit', 'recentRttMs', 'baselineRttMs'],
  },
  { name: 'DelayLimit', make: (options) => new DelayLimit(options), carries: ['limit', 'delayMs', 'rttMs'] },
  { name: 'KneeLimit', make: (options) => new KneeLimit(options), carries: ['limit', 'rttMs', 'openRttMs'] },
]

/** Work that saturates a pool of 30, with a standing queue for limits that are told of one. */
function live(limit: AnyLimit, fromMs: number, untilMs: number, seed = 1): void {
  const random = seededRandom(seed)
  for (let now = fromMs; now < untilMs; now += 2) {
    const inflight = Math.floor(limit.value * (0.5 + 0.5 * random()))
    limit.sample(now, 20 * Math.max(1, inflight / 30) * (0.9 + 0.2 * random()), inflight, random() < 0.01)
    if (now % 10 === 0) limit.tick?.(now, Math.max(0, inflight - 30))
  }
}

describe.each(kinds)('$name', ({ name, make, carries }) => {
  it('keeps to its bounds and stays a finite number, whatever it is told', () => {
    const number = fc.oneof(
      fc.constantFrom(0, -1, 1, 20, NaN, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double(),
    )
    const event = fc.record({
      kind: fc.constantFrom('end', 'end', 'end', 'dropped', 'lost', 'tick'),
      times: fc.integer({ min: 1, max: 60 }),
      gapMs: fc.oneof(fc.constantFrom(0, 1, 5), number),
      rttMs: number,
      inflight: fc.oneof(fc.constant(-5), number),
    })
    const bounds = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(400), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(bounds, fc.array(event, { maxLength: 30 }), ([minLimit, more, share], events) => {
        const maxLimit = minLimit + more
        const limit = make({ minLimit, maxLimit, initialLimit: Math.floor(minLimit + share * more) })
        let now = 0
        for (const { kind, times, gapMs, rttMs, inflight } of events) {
          for (let i = 0; i < times; i++) {
            now += gapMs
            if (Number.isNaN(now)) now = 0
            // -5 stands for exactly as many as the limit lets in.
            const running = inflight === -5 ? Math.floor(limit.value) : inflight
            if (kind === 'lost') limit.lost?.(now, rttMs, running)
            else if (kind === 'tick') limit.tick?.(now, rttMs)
            else limit.sample(now, rttMs, running, kind === 'dropped')
            const isProbing = limit.snapshot()['phase'] === 'probe'
            const least = isProbing ? 1 : minLimit
            if (!(limit.value >= least && limit.value <= maxLimit)) expect(limit.value).toBe(`${least}..${maxLimit}`)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('tells what it has learnt as plain data', () => {
    const limit = make()
    live(limit, 0, 3000)
    const snapshot = limit.snapshot()
    expect(snapshot.kind).toBe(name)
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
    for (const value of Object.values(snapshot)) expect(['number', 'string']).toContain(typeof value)
    expect(snapshot).not.toEqual(make().snapshot())
  })

  it('goes on from the snapshot of another', () => {
    const limit = make()
    live(limit, 0, 3000)
    const snapshot = limit.snapshot()
    const next = make({ warmStart: JSON.parse(JSON.stringify(snapshot)) as LimitSnapshot })
    expect(carries.map((detail) => next.snapshot()[detail])).toEqual(carries.map((detail) => snapshot[detail]))
  })

  it('holds what it takes over within its own bounds', () => {
    const snapshot = { ...make().snapshot(), limit: 5000 }
    expect(make({ maxLimit: 40, warmStart: snapshot }).snapshot().limit).toBe(40)
    expect(make({ minLimit: 30, warmStart: { ...snapshot, limit: 2 } }).snapshot().limit).toBe(30)
  })

  it('takes over nothing from another class, and nothing that is no number', () => {
    const snapshot = make().snapshot()
    const other = { ...snapshot, kind: 'OtherLimit' }
    expect(() => make({ warmStart: other })).toThrow(
      new TypeError(`${name}: option "warmStart" must be a snapshot of a ${name}, got one of OtherLimit`),
    )
    for (const detail of carries)
      expect(() => make({ warmStart: { ...snapshot, [detail]: NaN } })).toThrow(
        new TypeError(`${name}: option "warmStart" must have a finite number "${detail}", got NaN`),
      )
  })

  it('survives figures that nobody has measured', () => {
    const base = make().snapshot()
    for (const value of [-1, -Number.MAX_VALUE, Number.MAX_VALUE, Number.MIN_VALUE]) {
      const limit = make({ warmStart: { ...base, ...Object.fromEntries(carries.map((detail) => [detail, value])) } })
      live(limit, 0, 500)
      expect(limit.value).toBeGreaterThanOrEqual(1)
      expect(limit.value).toBeLessThanOrEqual(10_000)
    }
  })

  it('changes bounds while it runs, and what it has learnt stays within them', () => {
    const limit = make()
    live(limit, 0, 2000)
    limit.update({ minLimit: 5, maxLimit: 9 })
    expect(limit.snapshot().limit).toBeLessThanOrEqual(9)
    live(limit, 2000, 3000)
    expect(limit.snapshot().limit).toBeLessThanOrEqual(9)
    limit.update({ maxLimit: 300 })
    limit.update({ minLimit: 200 })
    expect(limit.snapshot().limit).toBeGreaterThanOrEqual(200)
    live(limit, 3000, 4000)
    expect(limit.snapshot().limit).toBeGreaterThanOrEqual(200)
  })

  it.each([
    [{ minLimit: 3, maxLimit: 2.5 }, RangeError, 'option "maxLimit" must be an integer >= 3'],
    [{ minLimit: 0, maxLimit: 50 }, RangeError, 'option "minLimit" must be an integer >= 1'],
    [{ maxLimit: 50, minLimit: 51 }, RangeError, 'option "maxLimit" must be an integer >= 51'],
    [{ maxLimit: '50' }, TypeError, 'option "maxLimit" must be an integer'],
    [{ maxLimit: 50, mxaLimit: 60 }, TypeError, 'unknown option "mxaLimit"'],
    [{ maxLimit: 50, warmStart: {} }, TypeError, 'unknown option "warmStart"'],
  ])('refuses the change %o as a whole', (change, kind, message) => {
    const [limit, twin] = [make(), make()]
    for (const each of [limit, twin]) live(each, 0, 1500)
    expect(() => limit.update(change as Bounds)).toThrow(kind)
    expect(() => limit.update(change as Bounds)).toThrow(`${name}: ${message}`)
    for (const each of [limit, twin]) live(each, 1500, 4000, 2)
    expect(limit.snapshot()).toEqual(twin.snapshot())
  })

  it('goes on as before when nothing changes', () => {
    const [limit, twin] = [make(), make()]
    for (const each of [limit, twin]) live(each, 0, 1500)
    limit.update({})
    limit.update({ minLimit: undefined } as unknown as Bounds)
    for (const each of [limit, twin]) live(each, 1500, 4000, 2)
    expect(limit.snapshot()).toEqual(twin.snapshot())
  })
})
