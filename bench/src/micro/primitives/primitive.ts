/** What a row of the table of primitives is. */
import { createTicket } from '@spillway/core'
import type { Limiter, Ticket } from '@spillway/core'

/** One operation of one part of the core. */
export interface Primitive {
  readonly name: string
  /** Makes it, filled as the name says, and returns what does the operation `n` times. */
  make(): (n: number) => void
}

/** A ticket whose fields may change from turn to turn. */
export type WritableTicket = { -readonly [P in keyof Ticket]: Ticket[P] }

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

/** `admit` and `settle` of a limiter that always says yes; time goes on by a ms every 16 turns. */
export function admitting(limiter: Limiter): (n: number) => void {
  const ticket: WritableTicket = { ...createTicket(0) }
  let now = 0
  return (n) => {
    for (let i = 0; i < n; i++) {
      if ((i & 15) === 0) now++
      ticket.startedAt = now
      if (limiter.admit(ticket, now) === undefined) limiter.settle(ticket, now, 'success')
    }
  }
}
