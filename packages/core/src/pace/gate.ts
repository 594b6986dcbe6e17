/** Owns the run queue: starts admitted work paced, so that the excess is read and answered instead of standing outside unseen. */
import type { Clock, EventLoop } from '../clock.ts'
import type { Gate } from '../gate.ts'
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Reason, Rejection, Ticket, Verdict } from '../ticket.ts'
import { Alarm } from './alarm.ts'
import { Allowance } from './allowance.ts'
import { Batch } from './batch.ts'
import { Levels } from './levels.ts'
import { Line, levels } from './line.ts'
import type { Waiter } from './line.ts'
import { checkPace } from './options.ts'
import type { Pace, PaceOptions } from './options.ts'
import { Refusals } from './refusals.ts'
import type { PaceSnapshot } from './snapshot.ts'

export type { PaceSnapshot } from './snapshot.ts'

/** Turns are watched once in so long: cheap work comes and goes by the dozen in that time, and a callback for each turn would show. */
const unwatchedMs = 1
/** Most turns that one look outside may last. */
const maxLookTurns = 64

/**
 * A saturated event loop accepts one connection per turn and blocks for milliseconds in every handler, so under overload the excess
 * waits in the kernel, where no middleware sees it. This gate waits instead: after the loop has started work it turns empty until no
 * further connection shows up (bounded), everything that arrives meanwhile stands in a line of ours or is refused at once, and then
 * the most important waiter starts. While there is no line and nothing to look at, work starts synchronously and costs nothing.
 *
 * Put a {@link ConcurrencyLimiter} inside for what the process waits on. Use {@link QueueGate} where there is no event loop to own:
 * in front of a downstream, in a worker. Tell it of accepted connections by `arrived`; without, it only sees requests.
 */
export class PacedGate implements Gate {
  readonly #limiter: Limiter
  readonly #clock: Clock
  readonly #loop: EventLoop
  /** Decisions so far. */
  readonly decisions: Refusals
  /** As asked for, so that a default which depends on another option follows it. */
  #asked: PaceOptions
  #pace: Pace
  readonly #line: Line = new Line()
  readonly #allowance: Allowance
  readonly #levels: Levels = new Levels()
  readonly #waiting: Map<Ticket, Waiter> = new Map()
  readonly #onTurn: () => void = () => this.#turned()
  /** A turn callback is due. */
  #turning = false
  #turnStart: Millis = -Infinity
  /** Newcomers wait while the loop looks outside. */
  #looking = false
  #lookTurns = 0
  #lookStart: Millis = 0
  /** Connections accepted since the last turn. */
  #accepted = 0
  readonly #batch: Batch
  /** Work started since the last turn. */
  #started = 0
  #lastStart: Millis = 0
  /** Only work that ends wakes a full line; should none end, age does. */
  readonly #alarm: Alarm
  #closed: Reason | undefined

  constructor(limiter: Limiter, clock: Clock, loop: EventLoop, options: PaceOptions = {}) {
    this.#pace = checkPace('PacedGate', options)
    this.#asked = options
    this.decisions = new Refusals(this.#pace.name)
    this.#limiter = limiter
    this.#clock = clock
    this.#loop = loop
    this.#allowance = new Allowance(this.#pace)
    this.#batch = new Batch(clock)
    this.#alarm = new Alarm(clock, () => {
      if (this.#line.size > 0 && !this.#turning) this.#pump(this.#clock.now())
    })
  }

  /** Changes bounds while it runs; those who wait keep their places. Throws as the constructor does, changing nothing then. */
  update(options: Omit<PaceOptions, 'name'>): void {
    const asked = { ...this.#asked, ...options }
    this.#allowance.pace = this.#pace = checkPace('PacedGate', asked)
    this.#asked = asked
    this.#alarm.off() // the timer of those who wait knows the old bounds only
    if (this.#line.size > 0 && !this.#turning) this.#turnNext(this.#clock.now())
  }

  arrived(): void {
    this.#accepted++
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    const now = ticket.arrivedAt
    const level = this.#levels.of(ticket, now)
    this.#allowance.load.arrived(level, now)
    if (this.#closed !== undefined) return this.#rejection(this.#closed)
    if (this.#isCalm(now)) {
      const no = this.#limiter.admit(ticket, now)
      if (no === undefined) {
        this.#allowance.restarted(now)
        this.#start(ticket, now)
        if (!this.#turning && now - this.#turnStart >= unwatchedMs) this.#turnNext(now)
        return undefined
      }
      if (no.retryAfterMs === Infinity) return this.decisions.count(no)
    }
    return this.#wait(ticket, level, now)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    const now = this.#clock.now()
    this.#limiter.settle(ticket, now, outcome)
    if (this.#line.size > 0 && !this.#turning) this.#turnNext(now)
  }

  cancel(ticket: Ticket): void {
    const waiter = this.#waiting.get(ticket)
    if (waiter === undefined) return
    this.#levels.gone(ticket, waiter.level)
    this.#drop(waiter, 'cancelled')
  }

  /** Refuses whoever waits and whoever comes; what runs goes on. */
  close(reason: Reason = 'draining'): void {
    this.#closed = reason
    for (let waiter = this.#line.first(); waiter !== undefined; waiter = this.#line.first()) this.#drop(waiter, reason)
    this.#alarm.off()
  }

  snapshot(): PaceSnapshot {
    const oldestMs = Math.max(0, this.#clock.now() - this.#line.oldestArrival())
    const { serviceMs } = this.#allowance.load
    return { waiting: this.#line.size, oldestMs, offeredRatio: this.#allowance.load.ratio(levels - 1), serviceMs }
  }

  #isCalm(now: Millis): boolean {
    if (this.#looking || this.#line.size > 0) return false
    return !this.#turning || now - this.#turnStart <= this.#pace.turnBudgetMs
  }

  #wait(ticket: Ticket, level: number, now: Millis): Verdict | Promise<Verdict> {
    if (this.#line.count(level) >= this.#allowance.places(level)) {
      this.#allowance.refused(now)
      this.#overloaded(ticket, level, now)
      return this.#rejection('queue-full')
    }
    return new Promise((resolve) => {
      const waiter: Waiter = { ticket, level, resolve, older: undefined, newer: undefined }
      // How long ago somebody started before there was a line says nothing of its pace.
      if (this.#line.size === 0) this.#allowance.load.formed((this.#lastStart = now))
      this.#line.push(waiter)
      this.#waiting.set(ticket, waiter)
      if (this.#line.size > this.#pace.maxQueue) this.#evict(this.#line.last()!, 'queue-full', now)
      if (!this.#turning) this.#turnNext(now)
    })
  }

  #turnNext(now: Millis): void {
    this.#turning = true
    this.#turnStart = now
    this.#loop.nextTurn(this.#onTurn)
  }

  /** The loop has turned once: timers ran, sockets were read, at most one connection was accepted. */
  #turned(): void {
    const now = this.#clock.now()
    if (this.#started > 0) this.#lookAgain(now)
    // One accepted connection says that another may stand behind it, and the kernel hands out one per turn.
    const look = this.#accepted > 0 && this.#lookTurns < maxLookTurns && now - this.#lookStart < this.#pace.maxLookMs
    this.#accepted = 0
    this.#looking = look
    if (look) {
      this.#lookTurns++
      this.#turnNext(now)
    } else this.#pump(now)
  }

  #lookAgain(now: Millis): void {
    this.#allowance.started(this.#started)
    this.#started = 0
    this.#lookStart = now
    this.#lookTurns = 0
  }

  #pump(now: Millis): void {
    this.#turning = false
    if (this.#line.size === 0) return this.#allowance.ranDry(now)
    this.#expire(now)
    let full = false
    const before = this.#started
    for (let left = this.#batch.size(now - this.#turnStart); left > 0 && this.#line.size > 0 && !full; left--) {
      const waiter = this.#line.first()!
      waiter.ticket.startedAt = now
      const no = this.#limiter.admit(waiter.ticket, now)
      if ((full = no !== undefined && no.retryAfterMs < Infinity)) continue
      this.#remove(waiter)
      if (no === undefined) {
        this.#allowance.load.startedWaiter(now - this.#lastStart, now)
        this.#start(waiter.ticket, now)
      } else this.decisions.count(no) // Never as asked: it would only stand in the way of those behind it.
      waiter.resolve(no)
    }
    if (this.#started > before) void this.#batch.started(this.#started - before, now)
    if (this.#started > 0 || (this.#line.size > 0 && !full)) this.#turnNext(now)
    else if (this.#line.size > 0)
      this.#alarm.set(Math.max(1, this.#line.oldestArrival() + this.#allowance.ageMs(levels - 1) - now))
    else this.#allowance.ranDry(now)
  }

  #start(ticket: Ticket, now: Millis): void {
    this.#levels.served(ticket, now)
    this.decisions.admitted++
    this.#started++
    this.#lastStart = now
  }

  #expire(now: Millis): void {
    for (let level = 0; level < levels; level++) {
      let oldest = this.#line.oldestOf(level)
      if (oldest === undefined) continue
      const before = now - this.#allowance.ageMs(level)
      for (; oldest !== undefined && oldest.ticket.arrivedAt < before; oldest = this.#line.oldestOf(level))
        this.#evict(oldest, 'queue-timeout', now)
    }
  }

  #overloaded(ticket: Ticket, level: number, now: Millis): void {
    this.decisions.lastAt = now
    this.#levels.refused(ticket, level, now)
  }

  /** It has to go for want of room or time. */
  #evict(waiter: Waiter, reason: Reason, now: Millis): void {
    this.#overloaded(waiter.ticket, waiter.level, now)
    this.#drop(waiter, reason)
  }

  #drop(waiter: Waiter, reason: Reason): void {
    this.#remove(waiter)
    waiter.resolve(this.#rejection(reason))
  }

  #remove(waiter: Waiter): void {
    this.#line.remove(waiter)
    this.#waiting.delete(waiter.ticket)
  }

  #rejection(reason: Reason): Rejection {
    return this.decisions.refuse(reason, this.#allowance.load.ratio(levels - 1))
  }
}
