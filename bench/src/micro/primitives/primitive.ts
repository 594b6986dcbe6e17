/** What a row of the table of primitives is. */
import { createTicket } from '@spillway/core'
import type { Limiter, Outcome, Ticket, TicketInit } from '@spillway/core'
import { Instants } from './instants.ts'

/** What is done with one part of the core. */
export interface Primitive {
  readonly name: string
  /** It lets work in and hears of its end, which must allocate nothing. */
  readonly admits?: boolean
  /** How many operations the name names; 1 if absent. */
  readonly operations?: number
  /** Makes it, filled as the name says, and returns what does all of that `n` times. */
  make(): (n: number) => void | Promise<void>
}

/** A ticket whose fields may change from turn to turn. */
export type WritableTicket = { -readonly [P in keyof Ticket]: Ticket[P] }

/** The next instant comes after so many turns. */
export const turnsPerInstant = 16

/**
 * Calls `take` with samples scattered over 1..64, one every 0.1 ms. The loop's own doubles live in an array: what is weighed is the
 * primitive, and 16 bytes for a number that is handed to a function which V8 does not inline.
 */
export function feeding(take: (sample: number, now: number) => void): (n: number) => void {
  const samples = Float64Array.from({ length: 1024 }, (_, i) => 1 + (Math.imul(i, 0x9e3779b1) >>> 26))
  const clock = new Float64Array(1)
  return (n) => {
    for (let i = 0; i < n; i++) {
      clock[0]! += 0.1
      take(samples[i & 1023] as number, clock[0] as number)
    }
  }
}

/** Who asks, and what comes of it. */
export interface Asking {
  readonly init?: TicketInit
  /** Callers, in turn. */
  readonly keys?: readonly string[]
  /** `success` by default. `revoked` tells nobody how long it took: V8 makes an object of each duration that is handed on. */
  readonly outcome?: Outcome
}

/** `admit`, and `settle` 0.7 ms later if it said yes. */
export function admitting(
  limiter: Limiter,
  { init = {}, keys = [init.key ?? ''], outcome = 'success' }: Asking = {},
): (n: number) => void {
  const ticket: WritableTicket = { ...createTicket(0, init) }
  const clock = new Instants()
  let key = 0
  return (n) => {
    for (let i = 0; i < n; i++) {
      if (i % turnsPerInstant === 0) {
        ticket.arrivedAt = ticket.startedAt = clock.now()
        clock.tick()
      }
      ticket.key = keys[key] as string
      key = key + 1 === keys.length ? 0 : key + 1
      if (limiter.admit(ticket, clock.before()) === undefined) limiter.settle(ticket, clock.now(), outcome)
    }
  }
}

/** The same limiter after it has let one in. */
export function holding<L extends Limiter>(limiter: L): L {
  limiter.admit(createTicket(0), 0)
  return limiter
}

/** So many callers, in an order in which neighbours are no neighbours in memory. */
export function callers(count: number): string[] {
  const made = Array.from({ length: count }, (_, i) => `tenant ${i}`)
  return made.map((_, i) => made[(i * 7919) % count] as string)
}

/** A number from 0 to 2^32 that looks like chance and is the same in each run. */
export function scattered(i: number): number {
  let mixed = Math.imul(i ^ (i >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
