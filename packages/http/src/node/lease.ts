/** A time limit on places that are never given back: for handlers that neither answer nor fail. */
import { checkNumber, systemClock } from '@spillway/core'
import type { Clock, Millis, Verdict } from '@spillway/core'
import type { HttpPolicy } from '../policy.ts'
import type { HttpTicket } from '../ticket.ts'

/** How long a place is held at most, and who is told. */
export interface LeaseOptions {
  /** From admission; 1..2147483647 ms. Choose it far above the slowest honest request. */
  readonly maxHoldMs: Millis
  /** Told of each place that was taken back, once: the request that held it is still unanswered. */
  readonly onExpire?: (req: unknown) => void
  /** Default: the real one. */
  readonly clock?: Clock
}

/** The places that are held, oldest first: all leases are equally long, so the order of admission is the order of expiry. */
class Leases<Req> {
  readonly #policy: HttpPolicy<Req>
  readonly #maxHoldMs: Millis
  readonly #clock: Clock
  readonly #onExpire: ((req: unknown) => void) | undefined
  readonly #since = new Map<HttpTicket<Req>, Millis>()
  #armed = false

  constructor(policy: HttpPolicy<Req>, options: LeaseOptions) {
    this.#policy = policy
    this.#maxHoldMs = checkNumber('leased', 'maxHoldMs', options.maxHoldMs, { min: 1, max: 2_147_483_647 })
    this.#clock = options.clock ?? systemClock
    this.#onExpire = options.onExpire
  }

  hold(ticket: HttpTicket<Req>, verdict: Verdict): Verdict {
    if (verdict !== undefined) return verdict
    const now = this.#clock.now()
    this.#since.set(ticket, now)
    if (!this.#armed) this.#arm(now)
    return undefined
  }

  /** False when the place was taken back before. */
  release(ticket: HttpTicket<Req>): boolean {
    return this.#since.delete(ticket)
  }

  #arm(now: Millis): void {
    const [oldest] = this.#since.values()
    this.#armed = oldest !== undefined
    if (oldest !== undefined) this.#clock.after(Math.max(0, oldest + this.#maxHoldMs - now), () => this.#expire())
  }

  #expire(): void {
    const now = this.#clock.now()
    for (const [ticket, since] of this.#since) {
      if (now < since + this.#maxHoldMs) break
      this.#since.delete(ticket)
      this.#policy.leave(ticket, 'ignored')
      try {
        this.#onExpire?.(ticket.req)
      } catch {
        // Whoever listens must not stop the others from getting their places back.
      }
    }
    this.#arm(now)
  }
}

/**
 * The same policy, but a place that was held for `maxHoldMs` is given back with outcome `ignored`, and the request's own end then
 * says nothing any more. For handlers that may hang for ever while their client stays; those whose client leaves need no lease.
 * Each place expires by its own age. One timer per policy, none per request. Throws a TypeError or RangeError for a bad `maxHoldMs`.
 */
export function leased<Req>(policy: HttpPolicy<Req>, options: LeaseOptions): HttpPolicy<Req> {
  const leases = new Leases(policy, options)
  return {
    name: policy.name,
    mode: policy.mode,
    skip: (req) => policy.skip(req),
    ticket: (req) => policy.ticket(req),
    enter(ticket) {
      const verdict = policy.enter(ticket)
      if (!(verdict instanceof Promise)) return leases.hold(ticket, verdict)
      return verdict.then((decided) => leases.hold(ticket, decided))
    },
    leave(ticket, outcome) {
      if (leases.release(ticket)) policy.leave(ticket, outcome)
    },
    cancel: (ticket) => policy.cancel(ticket),
    outcome: (ticket, status) => policy.outcome(ticket, status),
    refuse: (ticket, rejection) => policy.refuse(ticket, rejection),
    admitHeaders: (ticket) => policy.admitHeaders(ticket),
    info: (ticket) => policy.info(ticket),
    ...(policy.arrived !== undefined && { arrived: () => policy.arrived?.() }),
  }
}
