/** Laws that every discipline keeps, whatever its order: nobody is lost, nothing grows beyond its bounds, nothing is too late. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disciplines, type Entry, type Updatable } from '../support/disciplines.ts'
import { job, Scribe, type Event, type Job } from '../support/jobs.ts'

const bounds = { capacity: 6, maxCost: 12, maxAgeMs: 40 }

const step = fc.record({
  kind: fc.constantFrom(
    'push',
    'push',
    'push',
    'push',
    'next',
    'next',
    'probe',
    'remove',
    'advance',
    'advance',
    'update',
  ),
  n: fc.nat(30),
  cost: fc.constantFrom(1, 1, 2, 0, 0.1, 3, 5, 12, 13),
  priority: fc.constantFrom(0, 1, 1, 2, 3, 40, 1023),
  key: fc.constantFrom('a', 'a', 'b', 'c', '__proto__'),
  lifetimeMs: fc.constantFrom(Infinity, Infinity, 5, 10, 10, 30),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
const steps = fc.array(step, { maxLength: 120 })

/** A discipline, what was done to it, and the time. */
class Scene {
  readonly scribe: Scribe
  readonly line: Updatable
  readonly jobs: Job[] = []
  readonly events: Event[] = []
  now = 0
  limits = bounds

  constructor(entry: Entry) {
    this.line = entry.make(bounds)
    this.scribe = new Scribe(this.line)
  }

  play({ kind, n, ...init }: Step): Event[] {
    const events = this.#play(kind, n, init)
    this.events.push(...events)
    return events
  }

  #play(kind: Step['kind'], n: number, init: Omit<Step, 'kind' | 'n'>): Event[] {
    if (kind === 'push') {
      const item = job(this.jobs.length, this.now, { ...init, deadline: this.now + init.lifetimeMs })
      this.jobs.push(item)
      return this.scribe.push(item, this.now, n > 12)
    }
    if (kind === 'next') return this.scribe.next(this.now)
    if (kind === 'probe') return this.scribe.probe(this.now)
    if (kind === 'remove') return n < this.jobs.length ? this.scribe.remove(this.jobs[n]!) : []
    if (kind === 'advance') this.now += n / 3
    else this.#update(n)
    return []
  }

  #update(n: number): void {
    this.limits = { ...bounds, capacity: n % 8, maxCost: 2 * (n % 7) }
    const { capacity, maxCost } = this.limits
    this.line.update({ capacity, maxCost })
  }
}

describe.each(disciplines)('$name', (entry) => {
  it('loses nobody and lets nobody leave twice', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const scene = new Scene(entry)
        for (const move of moves) {
          scene.play(move)
          expect(scene.line.size).toBe(scene.scribe.waiting.size)
        }
        const left = scene.scribe.waiting.size
        const ends = scene.events.filter((event) => !event.endsWith('put back'))
        expect(new Set(ends.map((event) => Number.parseInt(event, 10))).size).toBe(ends.length)
        expect(ends.length + left).toBe(scene.jobs.length)
        // Nobody is hidden: all that are left come out.
        for (let i = 0; i < left; i++) scene.play({ kind: 'next' } as Step)
        expect(scene.scribe.waiting.size).toBe(0)
        expect([scene.line.size, scene.line.cost, scene.line.expiresAt()]).toEqual([0, 0, Infinity])
        expect(scene.scribe.next(scene.now)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('never holds more than its bounds: count and cost after each push, age after each look', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const scene = new Scene(entry)
        for (const move of moves) {
          // Without somebody to tell of it a push may not drop those who are beyond bounds that were lowered.
          scene.play(move.kind === 'push' ? { ...move, n: 30 } : move)
          const { capacity, maxCost } = scene.limits
          const waiting = [...scene.scribe.waiting]
          if (move.kind === 'push' || move.kind === 'next' || move.kind === 'probe') {
            expect(waiting.length).toBeLessThanOrEqual(capacity)
            expect(waiting.reduce((sum, { ticket }) => sum + ticket.cost, 0)).toBeLessThanOrEqual(maxCost + 1e-9)
          }
          if (move.kind === 'next' || move.kind === 'probe')
            for (const { ticket } of waiting) expect(ticket.arrivedAt + bounds.maxAgeMs).toBeGreaterThan(scene.now)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same one again after it was put back, and nobody is dropped for it', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const scene = new Scene(entry)
        for (const move of moves) {
          scene.play(move)
          const first = scene.scribe.probe(scene.now)
          const size = scene.line.size
          const again = scene.scribe.probe(scene.now)
          expect(again).toEqual(first.slice(-1).filter((event) => event.endsWith('put back')))
          expect(scene.line.size).toBe(size)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('knows nobody who is not in', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const scene = new Scene(entry)
        for (const move of moves) scene.play(move)
        const { size } = scene.line
        for (const one of scene.jobs) if (!scene.scribe.waiting.has(one)) expect(scene.line.remove(one)).toBe(false)
        expect(scene.line.size).toBe(size)
        for (const one of scene.scribe.waiting) expect(scene.line.remove(one)).toBe(true)
        expect([scene.line.size, scene.line.cost, scene.line.evict()]).toEqual([0, 0, undefined])
      }),
      { numRuns: 40 },
    )
  })

  it('says in time when somebody is due to be dropped, and has nobody left who was due', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 0.999, noNaN: true }), (moves, share) => {
        const scene = new Scene(entry)
        for (const move of moves) scene.play(move)
        scene.line.expire(scene.now, (item) => scene.scribe.waiting.delete(item))
        const dueAt = scene.line.expiresAt()
        const before = Math.min(dueAt === Infinity ? scene.now + 1000 : dueAt, scene.now + 1000)
        const drops: number[] = []
        const drop = (item: Job): void => void drops.push(item.id)
        if (before > scene.now) {
          scene.line.expire(scene.now + share * (before - scene.now), drop)
          expect(drops).toEqual([])
        }
        if (dueAt === Infinity) return
        scene.line.expire(dueAt + 1e-6, drop)
        expect(scene.line.expiresAt()).toBeGreaterThan(dueAt + 1e-6)
      }),
      { numRuns: 60 },
    )
  })

  it('gives up somebody whenever it has anybody', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        const scene = new Scene(entry)
        for (const move of moves) scene.play(move)
        while (scene.line.size > 0) expect(scene.scribe.waiting.delete(scene.line.evict()!)).toBe(true)
        expect([scene.scribe.waiting.size, scene.line.evict(), scene.line.cost]).toEqual([0, undefined, 0])
      }),
      { numRuns: 40 },
    )
  })

  it('survives times that are none: NaN, infinities, and a clock that goes back', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.constantFrom(NaN, Infinity, -Infinity, -1e9, 0, 5, 1e300)), (moves, times) => {
        const scene = new Scene(entry)
        for (const [i, move] of moves.entries()) {
          scene.now = times[i % (times.length + 1)] ?? i
          scene.play(move)
          expect(scene.line.size).toBe(scene.scribe.waiting.size)
          expect(scene.line.expiresAt()).not.toBeNaN()
        }
        while (scene.line.size > 0) expect(scene.scribe.next(0)).not.toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})
