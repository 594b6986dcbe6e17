/** The fixed window: where windows begin, what they hold, and what comes back. */
import { createTicket, FixedWindowLimiter } from '@spillway/core'
import type { Ticket, WindowOptions } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, events, exactEpochs, Model, perMs, windows } from './models.ts'

const ticket = (cost = 1, at = 0): Ticket => createTicket(at, { cost })

function admitted(limiter: FixedWindowLimiter, times: number, now: number): number {
  let count = 0
  for (let i = 0; i < times; i++) if (limiter.admit(ticket(1, now), now) === undefined) count++
  return count
}

/** One window at a time; those without a grid begin with what they hold first. */
class FixedWindows extends Model {
  readonly #originMs: number | undefined
  #start = 0n

  constructor(options: WindowOptions) {
    super(options)
    this.#originMs = options.originMs
  }

  protected override turn(): void {
    const isOver = this.present >= this.#start + this.window || this.sum(this.#start, this.present + 1n) === 0n
    if (this.#originMs === undefined) this.#start = isOver ? this.present : this.#start
    else {
      const origin = BigInt(this.#originMs * Number(perMs))
      const since = (((this.present - origin) % this.window) + this.window) % this.window
      this.#start = this.present - since
    }
  }

  fits(cost: bigint, at: bigint): boolean {
    if (this.limit === 0n) return false
    if (cost === 0n || at >= this.#start + this.window) return cost <= this.limit
    return this.sum(this.#start, this.present + 1n) + cost <= this.limit
  }
}

describe('FixedWindowLimiter', () => {
  it('lets in the limit, and the limit again from the end of the window on', () => {
    const limiter = new FixedWindowLimiter({ limit: 3, windowMs: 1000 })
    expect(admitted(limiter, 5, 100)).toBe(3)
    expect(limiter.admit(ticket(), 600)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 500 })
    expect(admitted(limiter, 5, 1099.999)).toBe(0)
    expect(admitted(limiter, 5, 1100)).toBe(3)
  })

  it('begins a window with the first work after the last one has ended', () => {
    const limiter = new FixedWindowLimiter({ limit: 2, windowMs: 1000 })
    limiter.peek(ticket(), 0)
    limiter.admit(ticket(0), 0)
    expect(admitted(limiter, 5, 700)).toBe(2)
    expect(limiter.peek(ticket(), 700)?.retryAfterMs).toBe(1000)
    expect(admitted(limiter, 5, 5300)).toBe(2)
    expect(limiter.peek(ticket(), 5400)?.retryAfterMs).toBe(900)
  })

  it('begins windows at originMs and whole windows before and after it', () => {
    for (const originMs of [60_000, 60_000 * 7, -60_000 * 1e6, 0]) {
      const limiter = new FixedWindowLimiter({ limit: 2, windowMs: 60_000, originMs })
      expect(admitted(limiter, 5, 119_000)).toBe(2)
      expect(limiter.peek(ticket(), 119_000)?.retryAfterMs).toBe(1000)
      expect(admitted(limiter, 5, 120_000)).toBe(2)
      expect(limiter.peek(ticket(), 179_999.5)?.retryAfterMs).toBe(0.5)
      expect(admitted(limiter, 5, 60_000 * 1e9 + 59_999)).toBe(2)
      expect(limiter.peek(ticket(), 60_000 * 1e9 + 59_999)?.retryAfterMs).toBe(1)
    }
  })

  it('keeps to the grid however far the clock jumps', () => {
    for (const jump of [2 ** 39, 1e15, 1e300, 1e305]) {
      const limiter = new FixedWindowLimiter({ limit: 1, windowMs: 7, originMs: 3 })
      limiter.admit(ticket(1, 1), 1)
      expect(limiter.admit(ticket(1, jump), jump)).toBeUndefined()
      const waitMs = limiter.admit(ticket(1, jump), jump)?.retryAfterMs ?? NaN
      if (jump < 1e16) expect((jump + waitMs - 3) % 7).toBe(0)
      else expect(waitMs).toBeGreaterThan(0)
    }
  })

  it('makes a window that is no whole number of ticks longer rather than shorter', () => {
    const limiter = new FixedWindowLimiter({ limit: 1, windowMs: 1 + 2 ** -20 })
    limiter.admit(ticket(), 0)
    expect(limiter.peek(ticket(), 0)?.retryAfterMs).toBe(1 + 2 ** -16)
  })

  it('finds the grid as soon as the clock tells a time', () => {
    const limiter = new FixedWindowLimiter({ limit: 2, windowMs: 1000, originMs: 0 })
    expect(admitted(limiter, 5, NaN)).toBe(2)
    expect(admitted(limiter, 5, 2300)).toBe(0)
    expect(limiter.peek(ticket(), 2300)?.retryAfterMs).toBe(700)
    expect(admitted(limiter, 5, 3000)).toBe(2)
  })

  it.each([undefined, 0, 12.5, 700.125, -1e6])(
    'decides as a list of all that came does, with originMs %o',
    (originMs) => {
      fc.assert(
        fc.property(windows, events, exactEpochs, (rate, life, epoch) => {
          const options = originMs === undefined ? rate : { ...rate, originMs }
          compare(new FixedWindowLimiter(options), new FixedWindows(options), rate, { events: life, epoch })
        }),
        { numRuns: 300 },
      )
    },
  )

  it('lets at most twice the limit into any span of a window, and really does around its end', () => {
    const limiter = new FixedWindowLimiter({ limit: 10, windowMs: 1000 })
    expect(admitted(limiter, 1, 0) + admitted(limiter, 20, 999) + admitted(limiter, 20, 1000)).toBe(20)
  })

  it('gives back to the window that lasts, and nothing that was taken from an earlier one', () => {
    const limiter = new FixedWindowLimiter({ limit: 3, windowMs: 1000 })
    const early = [ticket(), ticket(), ticket()]
    for (const one of early) limiter.admit(one, 0)
    limiter.settle(early[0]!, 500, 'revoked')
    expect(admitted(limiter, 5, 600)).toBe(1)
    expect(admitted(limiter, 5, 1000)).toBe(3)
    for (const one of early) limiter.settle(one, 1100, 'revoked')
    expect(admitted(limiter, 5, 1100)).toBe(0)
  })

  it('knows the window of work that waited in front of it, whoever wrote when it started', () => {
    const limiter = new FixedWindowLimiter({ limit: 2, windowMs: 1000, originMs: 0 })
    const [first, second] = [ticket(1, 400), ticket(1, 400)]
    limiter.admit(first, 800)
    limiter.admit(second, 1200)
    // A gate behind made both wait, and wrote so.
    first.startedAt = second.startedAt = 1300
    limiter.settle(first, 1300, 'revoked')
    expect(admitted(limiter, 5, 1300)).toBe(1)
    limiter.settle(second, 1300, 'revoked')
    expect(admitted(limiter, 5, 1300)).toBe(1)
  })

  it('begins anew after the work that began a window was revoked', () => {
    const limiter = new FixedWindowLimiter({ limit: 2, windowMs: 1000 })
    const vain = ticket(2)
    limiter.admit(vain, 0)
    limiter.settle(vain, 900, 'revoked')
    expect(limiter.isIdle(900)).toBe(true)
    expect(admitted(limiter, 5, 950)).toBe(2)
    expect(admitted(limiter, 5, 1000)).toBe(0)
  })

  it('describes what is left until the window ends', () => {
    const limiter = new FixedWindowLimiter({ limit: 10, windowMs: 1000, name: 'a' })
    expect(limiter.describe(ticket(), 0)).toEqual([
      { name: 'a', limit: 10, windowMs: 1000, remaining: 10, nextMs: 0, resetMs: 0 },
    ])
    limiter.admit(ticket(2.5), 0)
    expect(limiter.describe(ticket(), 400)).toMatchObject([{ remaining: 7, nextMs: 600, resetMs: 600 }])
    expect(limiter.describe(ticket(), 1000)).toMatchObject([{ remaining: 10, nextMs: 0, resetMs: 0 }])
  })

  it('holds back what a higher limit adds until the next window', () => {
    const limiter = new FixedWindowLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(8), 0)
    limiter.update({ limit: 100 }, 500)
    expect(admitted(limiter, 200, 500)).toBe(2)
    expect(admitted(limiter, 200, 1000)).toBe(100)
    limiter.update({ limit: 5 }, 1500)
    expect(limiter.admit(ticket(0), 1500)).toBeUndefined()
    expect(limiter.describe(ticket(), 1500)).toMatchObject([{ remaining: 0, nextMs: 500 }])
    expect(admitted(limiter, 200, 2000)).toBe(5)
  })

  it('begins a window at an update of its length, with no more left than before', () => {
    const limiter = new FixedWindowLimiter({ limit: 10, windowMs: 60_000 })
    const before = ticket(4)
    limiter.admit(before, 0)
    limiter.admit(ticket(3), 0)
    limiter.update({ windowMs: 1000 }, 30_000)
    expect(limiter.describe(ticket(), 30_000)).toMatchObject([{ remaining: 3, nextMs: 1000 }])
    limiter.settle(before, 30_500, 'revoked')
    expect(limiter.describe(ticket(), 30_500)).toMatchObject([{ remaining: 7, nextMs: 500 }])
    const aligned = new FixedWindowLimiter({ limit: 10, windowMs: 60_000, originMs: 0 })
    aligned.admit(ticket(4), 30_000)
    aligned.update({ windowMs: 7000 }, 30_000)
    expect(aligned.describe(ticket(), 30_000)).toMatchObject([{ remaining: 6, nextMs: 5000 }])
  })

  it.each([
    [{ limit: -1, windowMs: 1000 }, RangeError, 'FixedWindowLimiter: option "limit" must be an integer >= 0'],
    [{ limit: 1, windowMs: 0.5 }, RangeError, '"windowMs" must be a number >= 1 and <= 31622400000, got 0.5'],
    [{ limit: 1, windowMs: 1000, originMs: NaN }, RangeError, '"originMs" must be a number >= -8640000000000000'],
    [{ limit: 1, windowMs: 1000, originMs: '0' }, TypeError, '"originMs"'],
    [{ limit: 1, windowMs: 1000, burst: 3 }, TypeError, 'FixedWindowLimiter: unknown option "burst"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    expect(() => new FixedWindowLimiter(options as never)).toThrow(kind)
    expect(() => new FixedWindowLimiter(options as never)).toThrow(message)
  })
})
