/** A paced gate on a loop that a test turns by hand, and a book of what everybody heard. */
import {
  ConcurrencyLimiter,
  PacedGate,
  SettableLimit,
  createTicket,
  type EventLoop,
  type Limiter,
  type PaceOptions,
  type Ticket,
  type Verdict,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'

/** Turns only when it is told to, so that time can pass between two turns. */
class HandLoop implements EventLoop {
  #queued: (() => void)[] = []

  get queued(): number {
    return this.#queued.length
  }

  nextTurn(fn: () => void): void {
    this.#queued.push(fn)
  }

  turn(): void {
    const queued = this.#queued
    this.#queued = []
    for (const fn of queued) fn()
  }
}

export interface DeskOptions extends PaceOptions {
  readonly limit?: number
  /** In place of a limit. */
  readonly limiter?: Limiter
}

export class Desk {
  readonly clock: VirtualClock = new VirtualClock()
  readonly loop: HandLoop = new HandLoop()
  readonly limit: SettableLimit
  readonly limiter: Limiter
  readonly gate: PacedGate
  /** How long each handler works before it first waits. */
  jobMs = 0
  #workedMs = 0
  /** Verdicts in the order in which they were heard; `yes` for those who started. */
  readonly heard: string[] = []

  constructor({ limit = 1000, limiter, ...pace }: DeskOptions = {}) {
    this.limit = new SettableLimit(limit)
    this.limiter = limiter ?? new ConcurrencyLimiter(this.limit)
    const clock = { now: () => this.now, after: (ms: number, fn: () => void) => this.clock.after(ms, fn) }
    this.gate = new PacedGate(this.limiter, clock, this.loop, pace)
  }

  /** What the clock says: handlers take time, too. */
  get now(): number {
    return this.clock.now() + this.#workedMs
  }

  /** Somebody called `key` comes. */
  enter(key: string, priority = 1, cost = 1): Ticket {
    const ticket = createTicket(this.now, { key, priority, cost })
    const verdict = this.gate.enter(ticket)
    const hear = (no: Verdict): void => {
      this.heard.push(`${key} ${no?.reason ?? 'yes'}`)
      if (no === undefined) this.#workedMs += this.jobMs
    }
    if (verdict instanceof Promise) void verdict.then(hear)
    else hear(verdict)
    return ticket
  }

  /** `ms` pass, as if a handler blocked the loop, and then it turns once. */
  async turn(ms = 0): Promise<void> {
    await this.clock.advance(ms)
    this.loop.turn()
    await this.clock.flush()
  }

  /** Turns until nothing more happens at this instant. */
  async settle(): Promise<void> {
    for (let left = 1000; this.loop.queued > 0 && left > 0; left--) await this.turn()
  }

  /** Makes the book empty and returns what was in it. */
  take(): string[] {
    return this.heard.splice(0)
  }
}

/** A limit of one, taken by `first`, and a loop that has nothing left to do. */
export async function occupied(options: DeskOptions = {}): Promise<{ desk: Desk; first: Ticket }> {
  const desk = new Desk({ limit: 1, ...options })
  const first = desk.enter('first')
  await desk.settle()
  desk.take()
  return { desk, first }
}
