/** The rules of the limiters that count windows, each as a list of all that ever came: slow, and obviously right. */
import { createTicket } from '@spillway/core'
import type { QuotaLimiter, Ticket, WindowRate } from '@spillway/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { instantBefore } from './instants.ts'

/** Models count whole 2^-16 ms, and thousandths of a unit. */
export const perMs = 65_536n
const perUnit = 1000n

/** Something that was let in. */
export interface Entry {
  readonly at: bigint
  readonly cost: bigint
}

/** A rule, as a question about everything that was let in and not revoked. */
export abstract class Model {
  entries: Entry[] = []
  protected readonly window: bigint
  protected readonly limit: bigint
  protected present = 0n

  constructor(rate: WindowRate) {
    this.window = BigInt(rate.windowMs * Number(perMs))
    this.limit = BigInt(rate.limit) * perUnit
  }

  /** Moves time on; it never goes back. */
  look(at: bigint): void {
    if (at > this.present) this.present = at
    this.turn()
  }

  admit(cost: bigint): Entry | undefined {
    if (!this.fits(cost, this.present)) return undefined
    const entry = { at: this.present, cost }
    if (cost > 0n) this.entries.push(entry)
    return entry
  }

  revoke(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry)
  }

  /** The sum of what came at `from` or later and before `to`. */
  protected sum(from: bigint, to: bigint): bigint {
    return this.entries.reduce((sum, { at, cost }) => sum + (at >= from && at < to ? cost : 0n), 0n)
  }

  /** Whether all of the limit is there. */
  get idle(): boolean {
    return this.limit === 0n || this.fits(this.limit, this.present)
  }

  /** Whether `cost` fits at `at` if nothing else comes until then. */
  abstract fits(cost: bigint, at: bigint): boolean

  /** What happens to windows when time moves on. */
  protected turn(): void {}

  /** When `cost` fits, by halving what lies between now and the time by which everything is over. */
  when(cost: bigint): bigint | undefined {
    if (cost > this.limit || this.limit === 0n) return undefined
    let [no, yes] = [this.present - 1n, this.present + 2n * this.window]
    while (yes - no > 1n) {
      const middle = (no + yes) / 2n
      if (this.fits(cost, middle)) yes = middle
      else no = middle
    }
    return yes
  }
}

/** One event in the life of a limiter. */
export interface Event {
  /** How much later, in windows; negative when the clock goes back. */
  readonly gap: number
  /** In units, or as a share of the limit. */
  readonly cost: number | 'half' | 'limit'
  /** For how many windows the work had waited in front. */
  readonly waited: number
  /** Which of those let in before to revoke first. */
  readonly revoke: number
}

export const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 0.01, 0.1, 0.2, 0.5, 0.75, 1, 1.25, 2.5, -0.3),
    cost: fc.constantFrom<Event['cost'][]>(0, 0.001, 0.1, 0.3, 0.5, 1, 1, 1, 2, 'half', 'limit'),
    waited: fc.constantFrom(0, 0, 0, 0.1, 0.9, 3),
    revoke: fc.integer({ min: -12, max: 20 }),
  }),
  { minLength: 1, maxLength: 40 },
)

/** From a ms to a year, also such as no ms divides; nobody at all, few and many. */
export const windows: fc.Arbitrary<WindowRate> = fc.record({
  limit: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(1_000_000_000)),
  windowMs: fc.constantFrom(1, 1.125, 7, 1000, 60_000, 31_536_000_000),
})

/** Whole 2^-10 ms: doubles add and subtract them exactly. */
export const exactEpochs: fc.Arbitrary<number> = fc.constantFrom(0, 12.5, 1000, 2 ** 33 + 0.25)

/** A life, and how it is compared. */
export interface Life {
  readonly events: readonly Event[]
  readonly epoch: number
  /** How far the times of waiting may be apart: for rules whose instants are no whole 2^-16 ms. None by default. */
  readonly slackMs?: number
}

/** Asks both the same, and expects the same answers, times of waiting included. */
export function compare(limiter: QuotaLimiter, model: Model, rate: WindowRate, life: Life): void {
  const admitted: { ticket: Ticket; entry: Entry }[] = []
  let now = life.epoch
  for (const event of life.events) {
    now = round(Math.max(life.epoch, now + event.gap * rate.windowMs))
    model.look(BigInt(now * Number(perMs)))
    const victim = admitted.splice(event.revoke, event.revoke < 0 ? 0 : 1)[0]
    if (victim !== undefined) {
      model.revoke(victim.entry)
      limiter.settle(victim.ticket, now, 'revoked')
      model.look(0n)
    }
    const cost = costOf(event, rate)
    const ticket = createTicket(round(now - event.waited * rate.windowMs), { cost })
    const thousandths = BigInt(Math.round(cost * 1000))
    const peeked = limiter.peek(ticket, now)
    const no = limiter.admit(ticket, now)
    expect(no).toEqual(peeked)
    const entry = model.admit(thousandths)
    expect(no === undefined).toBe(entry !== undefined)
    if (entry !== undefined) admitted.push({ ticket, entry })
    else if (no !== undefined)
      expectSameWait(no.retryAfterMs, now, { when: model.when(thousandths), slackMs: life.slackMs })
    expect(limiter.isIdle(now)).toBe(model.idle)
  }
}

function expectSameWait(
  waitMs: number,
  now: number,
  { when, slackMs }: { when: bigint | undefined; slackMs: number | undefined },
): void {
  if (when === undefined) return expect(waitMs).toBe(Infinity)
  if (slackMs !== undefined)
    return expect(Math.abs(now + waitMs - Number(when) / Number(perMs))).toBeLessThanOrEqual(slackMs)
  const tick = (at: number): bigint => BigInt(Math.floor(at * Number(perMs)))
  expect(tick(now + waitMs)).toBeGreaterThanOrEqual(when)
  expect(tick(instantBefore(now, waitMs))).toBeLessThan(when)
}

function costOf({ cost }: Event, { limit }: WindowRate): number {
  return cost === 'half' ? Math.ceil(limit / 2) : cost === 'limit' ? limit : cost
}

function round(ms: number): number {
  return Math.round(ms * 1024) / 1024
}
