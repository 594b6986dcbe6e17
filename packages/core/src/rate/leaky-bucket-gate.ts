/** Shapes traffic: work waits for its slot, if that is soon enough. */
import type { Clock } from '../clock.ts'
import type { Gate } from '../gate.ts'
import { checkKnown, checkNumber } from '../options.ts'
import { Ring } from '../queue/ring.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { LeakyBucket } from './leaky-bucket.ts'
import type { LeakyBucketOptions } from './leaky-bucket-limiter.ts'
import { checkWindow } from './options.ts'
import { refuse, refuseForever } from './rejection.ts'
import { ticksIn } from './ticks.ts'

/** Options of {@link LeakyBucketGate}. */
export interface LeakyBucketGateOptions extends LeakyBucketOptions {
  /** Longest wait for a slot, inclusive; 0..3600000, default 1000. What would have to wait longer is refused at once. At 0 nobody waits. */
  readonly maxDelayMs?: Millis
  /** How many may wait; an integer in 0..16777216, default 10000. */
  readonly maxQueue?: number
}

type Bounds = Required<Omit<LeakyBucketGateOptions, 'name'>>

interface Parked {
  readonly ticket: Ticket
  /** Ticks that its slots last. */
  need: number
  readonly resolve: (verdict: Verdict) => void
}

const owner = 'LeakyBucketGate'
/** What is promised to work that was turned away because the process shuts down: another one may answer by then. */
const drainingRetryMs = 1000

/**
 * A leaky bucket as a queue: work starts in slots at even distances of `windowMs / limit`, in the order it came, and whoever comes
 * between waits for the next free slot. The wait is known on arrival, so what would wait longer than `maxDelayMs` is refused at once
 * with the time after which it would not, and nobody waits in vain. Who cancels frees its slot for those behind, who all move up.
 * Use {@link LeakyBucketLimiter} where nothing may wait, and {@link QueueGate} before limits whose waits nobody can foretell.
 *
 * Refusals: `rate` for too long a wait, `queue-full` when `maxQueue` wait, `deadline` when the slot comes too late for the ticket,
 * `cancelled`, and `draining` after `close()`. One timer serves all. When it fires late, those whose slots have passed start together:
 * the mean rate is kept, and no more is made up for than waited. A ticket may wait only once at a time.
 *
 * As nginx's `limit_req rate=10r/s burst=5`: `{ limit: 10, windowMs: 1000, maxQueue: 5, maxDelayMs: 500 }`. As Sentinel's throttling
 * controller: `maxDelayMs` is its `maxQueueingTimeMs`.
 */
export class LeakyBucketGate implements Gate {
  readonly name: string
  readonly #clock: Clock
  readonly #bucket: LeakyBucket
  readonly #line = new Ring<Parked>()
  readonly #parked = new Map<Ticket, Parked>()
  readonly #never: Rejection
  readonly #cancelled: Rejection
  readonly #tooLate: Rejection
  readonly #draining: Rejection
  #bounds: Bounds
  /** Ticks that the slots of all who wait last. */
  #queued = 0
  #closed = false
  #cancelTimer: (() => void) | undefined

  constructor(clock: Clock, options: LeakyBucketGateOptions) {
    checkKnown(owner, options, ['limit', 'windowMs', 'name', 'maxDelayMs', 'maxQueue'])
    const { name = 'rate' } = options
    this.#bounds = checkBounds(options)
    this.name = name
    this.#clock = clock
    this.#bucket = new LeakyBucket(this.#bounds, this.#bounds.maxDelayMs)
    this.#never = refuseForever('rate', name)
    this.#cancelled = refuseForever('cancelled', name)
    this.#tooLate = refuseForever('deadline', name)
    this.#draining = Object.freeze({ reason: 'draining', limiter: name, retryAfterMs: drainingRetryMs })
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#line.size
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    if (this.#closed) return this.#draining
    const bucket = this.#bucket
    const now = ticket.startedAt
    bucket.clock.advance(now)
    // The timer may be late, and who waits comes first.
    if (this.#line.size > 0 && bucket.free) this.#wake(now)
    const need = bucket.ticks.need(ticket.cost)
    if (need > bucket.ticks.span) return this.#never
    if (need === 0) return undefined
    if (!bucket.free) return this.#refusal(ticket, bucket.next + this.#queued, now) ?? this.#park(ticket, need, now)
    bucket.take(ticket, need, bucket.next)
    return undefined
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    if (outcome !== 'revoked') return this.#bucket.ended(ticket)
    const now = this.#clock.now()
    this.#bucket.giveBack(ticket, now)
    this.#wake(now)
  }

  cancel(ticket: Ticket): void {
    const parked = this.#parked.get(ticket)
    if (parked === undefined) return
    this.#line.remove(parked)
    this.#end(parked, this.#cancelled)
    if (this.#line.size === 0) this.#disarm()
  }

  /** Refuses everybody from now on, and all who wait, as `draining`. What was let in goes on. */
  close(): void {
    this.#closed = true
    this.#disarm()
    for (const parked of this.#parked.values()) {
      this.#line.remove(parked)
      this.#end(parked, this.#draining)
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /**
   * Changes rate or bounds from now on. Who waits keeps its place; who would now wait longer than it may in all, or beyond the number
   * that may wait, is refused. Throws as the constructor does, and then changes nothing.
   */
  update(change: Partial<Omit<LeakyBucketGateOptions, 'name'>>): void {
    checkKnown(owner, change, ['limit', 'windowMs', 'maxDelayMs', 'maxQueue'])
    const bounds = checkBounds({ ...this.#bounds, ...change })
    const now = this.#clock.now()
    this.#bucket.clock.advance(now)
    this.#dispatch(now)
    this.#bucket.update(bounds, bounds.maxDelayMs, now)
    this.#bounds = bounds
    this.#requeue(now)
    this.#wake(now)
  }

  /** Lets those in whose slots have come. */
  #dispatch(now: Millis): void {
    const bucket = this.#bucket
    while (this.#line.size > 0 && bucket.free) {
      const parked = this.#line.takeFront() as Parked
      const late = parked.ticket.deadline < now
      if (!late) {
        parked.ticket.startedAt = now
        // From its slot on, not from now: a timer that is late costs nobody behind.
        bucket.take(parked.ticket, parked.need, bucket.state[0] as number)
      }
      this.#end(parked, late ? this.#tooLate : undefined)
    }
  }

  #refusal(ticket: Ticket, slot: number, now: Millis): Rejection | undefined {
    const { clock, next, ticks } = this.#bucket
    const { maxDelayMs, maxQueue } = this.#bounds
    const latest = slot - ticksIn(maxDelayMs, ticks.ticksPerMs)
    const isFull = this.#line.size >= maxQueue
    const fullMs = isFull ? clock.until(next, now) : 0
    if (latest > (clock.state[0] as number))
      return refuse('rate', this.name, Math.max(fullMs, clock.until(latest, now)))
    if (isFull) return refuse('queue-full', this.name, fullMs)
    const { deadline } = ticket
    return deadline < Infinity && deadline < now + clock.until(slot, now) ? this.#tooLate : undefined
  }

  #park(ticket: Ticket, need: number, now: Millis): Promise<Verdict> {
    return new Promise((resolve) => {
      const parked = { ticket, need, resolve }
      this.#queued += need
      this.#parked.set(ticket, parked)
      this.#line.pushBack(parked, now)
      if (this.#line.size === 1) this.#arm(now)
    })
  }

  #end(parked: Parked, verdict: Verdict): void {
    this.#queued -= parked.need
    this.#parked.delete(parked.ticket)
    parked.resolve(verdict)
  }

  /** Gives all who wait their slots anew, and refuses those who would wait too long. */
  #requeue(now: Millis): void {
    const { clock, ticks, next } = this.#bucket
    const all: Parked[] = []
    for (let first = this.#line.takeFront(); first !== undefined; first = this.#line.takeFront()) all.push(first)
    this.#queued = 0
    for (const parked of all) {
      parked.need = ticks.need(parked.ticket.cost)
      const slot = next + this.#queued
      const tooLongMs = now - parked.ticket.startedAt + clock.until(slot, now) - this.#bounds.maxDelayMs
      let no: Verdict = tooLongMs > 0 ? refuse('rate', this.name, tooLongMs) : this.#refusal(parked.ticket, slot, now)
      if (parked.need > ticks.span) no = this.#never
      this.#queued += parked.need
      if (no === undefined) this.#line.pushBack(parked, now)
      else this.#end(parked, no)
    }
  }

  /** After slots have moved. */
  #wake(now: Millis): void {
    this.#dispatch(now)
    this.#disarm()
    if (this.#line.size > 0) this.#arm(now)
  }

  #arm(now: Millis): void {
    this.#cancelTimer = this.#clock.after(this.#bucket.clock.until(this.#bucket.next, now), this.#onTimer)
  }

  readonly #onTimer = (): void => {
    const now = this.#clock.now()
    this.#bucket.clock.advance(now)
    this.#wake(now)
  }

  #disarm(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}

function checkBounds(options: LeakyBucketGateOptions): Bounds {
  const { maxDelayMs = 1000, maxQueue = 10_000 } = options
  checkNumber(owner, 'maxDelayMs', maxDelayMs, { min: 0, max: 3_600_000 })
  checkNumber(owner, 'maxQueue', maxQueue, { min: 0, max: 16_777_216, integer: true })
  return { ...checkWindow(owner, options), maxDelayMs, maxQueue }
}
