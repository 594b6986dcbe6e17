/** The sliding window counter: the estimate, the exact wait, and what comes back. */
import { createTicket, SlidingWindowCounterLimiter } from '@spillway/core'
import type { Ticket, WindowOptions } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, events, exactEpochs, Model, perMs, windows } from './models.ts'

const ticket = (cost = 1, at = 0): Ticket => createTicket(at, { cost })

function admitted(limiter: SlidingWindowCounterLimiter, times: number, now: number): number {
  let count = 0
  for (let i = 0; i < times; i++) if (limiter.admit(ticket(1, now), now) === undefined) count++
  return count
}

/** Two windows of a list, the older one weighted by what of it would still be in the last windowMs. */
class TwoWindows extends Model {
  readonly #originMs: number | undefined
  #start = 0n

  constructor(options: WindowOptions) {
    super(options)
    this.#originMs = options.originMs
  }

  protected override turn(): void {
    if (this.#originMs !== undefined) {
      const origin = BigInt(this.#originMs * Number(perMs))
      const since = (((this.present - origin) % this.window) + this.window) % this.window
      this.#start = this.present - since
      return
    }
    if (this.present >= this.#start + 2n * this.window) this.#start = this.present
    else if (this.present >= this.#start + this.window) this.#start += this.window
    if (this.sum(this.#start - this.window, this.present + 1n) === 0n) this.#start = this.present
  }

  fits(cost: bigint, at: bigint): boolean {
    if (this.limit === 0n || cost > this.limit) return false
    let start = this.#start
    while (at >= start + this.window) start += this.window
    const previous = this.sum(start - this.window, start)
    const current = this.sum(start, start + this.window)
    return (
      cost === 0n ||
      previous * (this.window - (at - start)) + (current + cost) * this.window <= this.limit * this.window
    )
  }

  override get idle(): boolean {
    return this.limit === 0n || this.sum(this.#start - this.window, this.present + 1n) === 0n
  }
}

describe('SlidingWindowCounterLimiter', () => {
  it('counts the window before by the part of it that would still be in the last windowMs', () => {
    const limiter = new SlidingWindowCounterLimiter({ limit: 50, windowMs: 60_000, originMs: 0 })
    // The example of Cloudflare: 42 in the minute before, 18 in this one, of which 15 s have passed: 42 * 0.75 + 18 = 49.5.
    expect(admitted(limiter, 42, 30_000)).toBe(42)
    expect(admitted(limiter, 18, 75_000)).toBe(18)
    expect(limiter.describe(ticket(), 75_000)[0]?.remaining).toBe(0)
    expect(limiter.admit(ticket(0.5), 75_000)).toBeUndefined()
    expect(limiter.admit(ticket(0.001), 75_000)).toBeDefined()
  })

  it('waits for the line to fall far enough, in this window, the next, or the one after', () => {
    const make = (): SlidingWindowCounterLimiter => {
      const limiter = new SlidingWindowCounterLimiter({ limit: 10, windowMs: 1000, originMs: 0 })
      limiter.admit(ticket(8, 0), 0)
      limiter.admit(ticket(4, 1500), 1500)
      return limiter
    }
    // 8 * (1 - e) + 4 + cost <= 10 with e = 0.5 now.
    expect(make().peek(ticket(2), 1500)).toBeUndefined()
    expect(make().peek(ticket(4), 1500)?.retryAfterMs).toBe(250)
    expect(make().peek(ticket(6), 1500)?.retryAfterMs).toBe(500)
    expect(make().peek(ticket(8), 1500)?.retryAfterMs).toBe(500 + 500)
    expect(make().peek(ticket(10), 1500)?.retryAfterMs).toBe(500 + 1000)
  })

  it.each([undefined, 0, 12.5, 700.125, -1e6])(
    'decides as a list of all that came does, with originMs %o',
    (originMs) => {
      fc.assert(
        fc.property(windows, events, exactEpochs, (rate, life, epoch) => {
          const options = originMs === undefined ? rate : { ...rate, originMs }
          compare(new SlidingWindowCounterLimiter(options), new TwoWindows(options), rate, { events: life, epoch })
        }),
        { numRuns: 300 },
      )
    },
  )

  it('lets at most limit * (1 + t / windowMs) into any span of t', () => {
    const arrivals = fc.array(fc.record({ gap: fc.nat(400), cost: fc.integer({ min: 1, max: 6 }) }), { maxLength: 80 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), arrivals, (limit, plan) => {
        const limiter = new SlidingWindowCounterLimiter({ limit, windowMs: 1000 })
        const log: { at: number; cost: number }[] = []
        let now = 0
        for (const { gap, cost } of plan) {
          now += gap
          if (limiter.admit(ticket(cost, now), now) === undefined) log.push({ at: now, cost })
        }
        for (const [i, first] of log.entries()) {
          let sum = 0
          for (const { at, cost } of log.slice(i)) {
            if (at - first.at >= 1000) break
            sum += cost
            // Half-open: a span that holds both is a little longer than what lies between them.
            expect(sum * 1000).toBeLessThanOrEqual(limit * (1000 + (at - first.at)))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('gives back to the window before as well, as far as it still counts', () => {
    const limiter = new SlidingWindowCounterLimiter({ limit: 10, windowMs: 1000, originMs: 0 })
    const [early, late] = [ticket(6, 500), ticket(4, 500)]
    limiter.admit(early, 500)
    limiter.admit(late, 500)
    expect(limiter.describe(ticket(), 1500)[0]?.remaining).toBe(5)
    limiter.settle(early, 1500, 'revoked')
    expect(limiter.describe(ticket(), 1500)[0]?.remaining).toBe(8)
    expect(admitted(limiter, 10, 2600)).toBe(10)
    limiter.settle(late, 2600, 'revoked')
    expect(admitted(limiter, 10, 2600)).toBe(0)
  })

  it('lets what a higher limit adds come as the window fades out', () => {
    const limiter = new SlidingWindowCounterLimiter({ limit: 10, windowMs: 1000, originMs: 0 })
    limiter.admit(ticket(8), 0)
    limiter.update({ limit: 110 }, 500)
    expect(admitted(limiter, 200, 500)).toBe(2)
    expect(admitted(limiter, 200, 1500)).toBe(55)
    expect(admitted(limiter, 200, 3000)).toBe(110)
    limiter.update({ limit: 5 }, 4250)
    expect(limiter.admit(ticket(0), 4250)).toBeUndefined()
    expect(limiter.describe(ticket(), 4250)[0]?.remaining).toBe(0)
    expect(admitted(limiter, 200, 5999.5)).toBe(5)
  })

  it('takes the estimate over into a window of another length', () => {
    const limiter = new SlidingWindowCounterLimiter({ limit: 10, windowMs: 60_000, originMs: 0 })
    const [early, late] = [ticket(6), ticket(2, 60_000)]
    limiter.admit(early, 0)
    limiter.admit(late, 60_000)
    limiter.update({ windowMs: 1000 }, 90_000)
    // 6 * 0.5 + 2.
    expect(limiter.describe(ticket(), 90_000)).toMatchObject([{ remaining: 5, nextMs: 1000 + 1000 / 5 }])
    limiter.settle(late, 90_000, 'revoked')
    limiter.settle(early, 90_000, 'revoked')
    expect(limiter.describe(ticket(), 90_000)).toMatchObject([{ remaining: 7 }])
    expect(limiter.isIdle(92_000)).toBe(true)
  })

  it('places its windows alike whether or not somebody asked in vain meanwhile', () => {
    const [asked, spared] = [0, 1].map(() => new SlidingWindowCounterLimiter({ limit: 1, windowMs: 1000 }))
    for (const limiter of [asked!, spared!]) limiter.admit(ticket(1, 0), 0)
    expect(asked!.admit(ticket(1, 1250), 1250)).toBeDefined()
    for (const limiter of [asked!, spared!]) {
      expect(limiter.admit(ticket(1, 2250), 2250)).toBeUndefined()
      expect(limiter.peek(ticket(), 2250)?.retryAfterMs).toBe(2000)
    }
  })

  it('forgets everything after two windows, however the clock jumps', () => {
    for (const jump of [2000, 2500, 1e6, 1e12, 1e17]) {
      const limiter = new SlidingWindowCounterLimiter({ limit: 3, windowMs: 1000 })
      expect(admitted(limiter, 9, 0)).toBe(3)
      expect(limiter.isIdle(1999)).toBe(false)
      expect(limiter.isIdle(jump)).toBe(true)
      expect(admitted(limiter, 9, jump)).toBe(3)
      expect(admitted(limiter, 9, jump + 1000)).toBe(0)
    }
  })

  it.each([
    [{ limit: 1.5, windowMs: 1000 }, RangeError, 'SlidingWindowCounterLimiter: option "limit" must be an integer'],
    [{ limit: 1, windowMs: '1 s' }, TypeError, '"windowMs" must be a number'],
    [{ limit: 1, windowMs: 1000, originMs: 1e300 }, RangeError, '"originMs"'],
    [{ limit: 1, windowMs: 1000, window: 3 }, TypeError, 'SlidingWindowCounterLimiter: unknown option "window"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    expect(() => new SlidingWindowCounterLimiter(options as never)).toThrow(kind)
    expect(() => new SlidingWindowCounterLimiter(options as never)).toThrow(message)
  })
})
