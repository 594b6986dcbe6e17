/** Several changes, or none. */
import {
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  PressureLimiter,
  RateLimiter,
  settableSignal,
  updateAll,
  withMode,
  type Updatable,
} from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Takes numbers that are not negative, and writes down when they are checked and made. */
class Part implements Updatable<number> {
  readonly log: string[]
  readonly name: string
  value = 0
  prepare?: (change: number) => () => void
  constructor(name: string, log: string[] = [], prepares = true) {
    this.name = name
    this.log = log
    if (prepares) this.prepare = (change) => this.#prepare(change)
  }
  update(change: number): void {
    this.#prepare(change)()
  }
  #prepare(change: number): () => void {
    this.log.push(`${this.name} checks`)
    if (change < 0) throw new RangeError(`${this.name}: ${change}`)
    return () => {
      this.log.push(`${this.name} changes`)
      this.value = change
    }
  }
}

describe('updateAll', () => {
  it('checks all before it changes the first', () => {
    const log: string[] = []
    updateAll([new Part('a', log), 1], [new Part('b', log), 2])
    expect(log).toEqual(['a checks', 'b checks', 'a changes', 'b changes'])
  })

  it('updates the one that cannot be checked apart after all checks, and before the others change', () => {
    const log: string[] = []
    updateAll([new Part('a', log, false), 1], [new Part('b', log), 2])
    expect(log).toEqual(['b checks', 'a checks', 'a changes', 'b changes'])
  })

  it('leaves all as they were when one throws, wherever it stands, and throws on', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 6 }), fc.nat(6), (changes, unprepared) => {
        const parts = changes.map((_change, i) => new Part(`p${i}`, [], i !== unprepared))
        const update = (): void => updateAll(...parts.map((part, i) => [part, changes[i]!] as const))
        if (changes.some((change) => change < 0)) {
          expect(update).toThrow(RangeError)
          expect(parts.map(({ value }) => value)).toEqual(changes.map(() => 0))
        } else {
          update()
          expect(parts.map(({ value }) => value)).toEqual(changes)
        }
      }),
    )
  })

  it('wants to be able to keep its promise', () => {
    const parts = [new Part('a'), new Part('b', [], false), new Part('c', [], false)] as const
    expect(() => updateAll([parts[0], 1], [parts[1], 1], [parts[2], 1])).toThrow(
      'updateAll: at most one part may be without "prepare"',
    )
    expect(() => updateAll([parts[0], 1], [parts[0], 2])).toThrow('updateAll: a part may be named once only')
    expect(parts.map(({ value }) => value)).toEqual([0, 0, 0])
  })

  it('may be given nothing', () => {
    expect(() => updateAll()).not.toThrow()
  })

  it('changes a composition as a whole', () => {
    const heap = settableSignal('heap')
    heap.set(0.8)
    const pressure = new PressureLimiter([heap], () => 0, { sampleMs: 0 })
    const policy = withMode(pressure, { mode: 'shadow' })
    const refused = (): string | undefined => policy.admit(createTicket(0), 0)?.limiter
    const scales = { heap: { start: 0.5, full: 0.6 } }
    expect(() => updateAll([pressure, { scales }], [policy, { mode: 'enforce', enforceRatio: 2 }])).toThrow(RangeError)
    expect([refused(), policy.snapshot().mode, pressure.snapshot(0).shares.critical]).toEqual([undefined, 'shadow', 0])
    updateAll([pressure, { scales }], [policy, { mode: 'enforce' }])
    expect(refused()).toBe('pressure/heap')
  })
})

describe('no update grants a burst', () => {
  const rates = fc.record({ limit: fc.integer({ min: 1, max: 40 }), burst: fc.integer({ min: 1, max: 40 }) })
  const moves = fc.array(fc.oneof(rates, fc.constantFrom(-1, 0.5, 2), fc.integer({ min: 1, max: 30 })), {
    maxLength: 40,
    size: 'max',
  })

  it('at one instant a rate limit lets in what was left at first, whatever is changed together, undone or refused', () => {
    fc.assert(
      fc.property(moves, (steps) => {
        const rate = new RateLimiter({ limit: 10, windowMs: 1000 })
        const inner = checked(rate)
        const policy = withMode(inner)
        const part = { update: (change: Parameters<typeof rate.update>[0]) => rate.update(change, 0) }
        for (const step of steps) {
          if (typeof step === 'object') updateAll([policy, { enforceRatio: 1 }], [part, step])
          // A share that is no share: nothing may have happened to the rate.
          else if (!Number.isInteger(step) || step < 0)
            expect(() => updateAll([policy, { enforceRatio: step * 3 }], [part, { burst: 40 }])).toThrow(RangeError)
          else for (let i = 0; i < step; i++) policy.admit(createTicket(0), 0)
        }
        expect(inner.inflight).toBeLessThanOrEqual(10)
      }),
    )
  })

  it('work in flight keeps its place through all of it', () => {
    const limiter = new ConcurrencyLimiter(new FixedLimit(2))
    const policy = withMode(checked(limiter))
    const tickets = [1, 2].map(() => createTicket(0))
    for (const ticket of tickets) policy.admit(ticket, 0)
    for (const mode of ['shadow', 'off', 'enforce'] as const) updateAll([policy, { mode }])
    expect(policy.admit(createTicket(0), 0)?.reason).toBe('concurrency')
    for (const ticket of tickets) policy.settle(ticket, 1, 'success')
    expect(limiter.inflight).toBe(0)
  })
})
