/** Small limiters that tests can read at a glance. */
import type { Idling, Limiter, Millis, Outcome, Ticket, Verdict } from '@spillway/core'

/** Admits one per `gapMs`; tells exactly when the next may come, and takes back what is revoked. */
export class Spaced implements Limiter, Idling {
  readonly name: string
  nextAt: Millis = 0
  readonly #gapMs: Millis

  constructor(gapMs: Millis, name = 'spaced') {
    this.#gapMs = gapMs
    this.name = name
  }

  admit(_ticket: Ticket, now: Millis): Verdict {
    if (now < this.nextAt) return { reason: 'rate', limiter: this.name, retryAfterMs: this.nextAt - now }
    this.nextAt = now + this.#gapMs
    return undefined
  }

  settle(_ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.nextAt -= this.#gapMs
  }

  isIdle(now: Millis): boolean {
    return now >= this.nextAt
  }
}

/** So many units and no more: only `revoked` gives them back. */
export class Budget implements Limiter {
  readonly name = 'budget'
  left: number

  constructor(units: number) {
    this.left = units
  }

  admit(ticket: Ticket): Verdict {
    if (ticket.cost > this.left) return { reason: 'rate', limiter: this.name, retryAfterMs: Infinity }
    this.left -= ticket.cost
    return undefined
  }

  settle(ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.left += ticket.cost
  }
}

/** Writes down what it is told and answers what `verdict` is. */
export class Recorder implements Limiter {
  readonly name: string
  readonly log: string[]
  verdict: Verdict

  constructor(name: string, log: string[] = [], verdict?: Verdict) {
    this.name = name
    this.log = log
    this.verdict = verdict
  }

  admit(): Verdict {
    this.log.push(`${this.name} admit`)
    return this.verdict
  }

  settle(_ticket: Ticket, _now: Millis, outcome: Outcome): void {
    this.log.push(`${this.name} ${outcome}`)
  }
}

/** Costs add up to at most `limit` at once. */
export class Weighed implements Limiter {
  readonly name = 'weighed'
  #used = 0
  readonly #limit: number
  constructor(limit: number) {
    this.#limit = limit
  }
  admit(ticket: Ticket): Verdict {
    if (this.#used + ticket.cost > this.#limit) return { reason: 'concurrency', limiter: this.name, retryAfterMs: 1000 }
    this.#used += ticket.cost
    return undefined
  }
  settle(ticket: Ticket): void {
    this.#used -= ticket.cost
  }
}
