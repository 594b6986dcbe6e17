/** Slots at even distances: the state that the leaky bucket's limiter and gate share. */
import type { Millis, Ticket } from '../ticket.ts'
import { AdmissionTimes } from './admission-times.ts'
import type { WindowRate } from './options.ts'
import { TickClock, TickRate } from './ticks.ts'

const present = 0

/**
 * One unit leaks out every `windowMs / limit`, and nothing goes in before all has leaked out: so work starts in slots, and what costs
 * more than a unit takes as many of them. Its whole state is the tick from which the next slot is free.
 */
export class LeakyBucket {
  readonly clock: TickClock
  /** Ticks of the rate in force; `span` is what the dearest work takes. */
  ticks: TickRate
  /** `[tick from which a slot is free]`. */
  readonly state: Float64Array = new Float64Array([-Infinity])
  readonly #times: AdmissionTimes
  /** The tick of the last change of rate. */
  #since = -Infinity

  /** @param aheadMs how far ahead slots are counted, beside those of one window */
  constructor(rate: WindowRate, aheadMs: Millis) {
    this.ticks = ticksOf(rate, aheadMs)
    this.clock = new TickClock(this.ticks.ticksPerMs, (ticks) => {
      this.state[0] = (this.state[0] as number) - ticks
      this.#since -= ticks
      this.#times.shift(ticks)
    })
    this.#times = new AdmissionTimes(this.clock)
  }

  /** Whether a slot is free at the present. */
  get free(): boolean {
    return !((this.state[0] as number) > (this.clock.state[present] as number))
  }

  /** The first free slot: the present or later. */
  get next(): number {
    const tick = this.state[0] as number
    const now = this.clock.state[present] as number
    return tick > now ? tick : now
  }

  /** Gives `ticket` the slot of the present, or one of the past that is not used up, for `need` > 0 ticks. */
  take(ticket: Ticket, need: number, slot: number): void {
    this.state[0] = slot + need
    this.#times.note(ticket, this.ticks.span)
  }

  /** The work never ran: what of its slots has not passed is free again, unless the rate was changed since. */
  giveBack(ticket: Ticket, now: Millis): void {
    this.clock.advance(now)
    const at = this.#times.take(ticket)
    const rest = this.ticks.need(ticket.cost) - ((this.clock.state[present] as number) - at)
    // Nothing else was let in while its slots lasted, unless another rate has stretched them.
    if (at >= this.#since && rest > 0) this.state[0] = (this.state[0] as number) - rest
  }

  /** The work has ended: nothing will be given back. */
  ended(ticket: Ticket): void {
    this.#times.forget(ticket)
  }

  /** Another rate from now on; units that have not leaked out stay in, and one has just gone in if there was no rate before. */
  update(rate: WindowRate, aheadMs: Millis, now: Millis): void {
    const ticks = ticksOf(rate, aheadMs)
    this.clock.advance(now)
    const { interval, limit } = this.ticks
    const wait = this.next - (this.clock.state[present] as number)
    const units = limit === 0 ? 1 : wait / interval
    this.clock.retune(ticks.ticksPerMs, now)
    this.#since = 0
    this.state[0] = Math.ceil(units * ticks.interval)
    this.ticks = ticks
    this.#times.clear()
  }
}

/** The dearest work takes all slots of a window. */
function ticksOf(rate: WindowRate, aheadMs: Millis): TickRate {
  return new TickRate({ ...rate, burst: rate.limit }, 1 + aheadMs / rate.windowMs)
}
