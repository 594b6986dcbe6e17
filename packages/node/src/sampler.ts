/** One timer for all that is measured in the background. */
import { checkNumber, systemClock, type Clock, type Millis } from '@spillway/core'
import { captureContext, type ContextRunner } from './runtime.ts'

/** Measures something; `lateMs` (>= 0) is how much later than due it is called: a sample of the loop's delay. */
export type Sample = (now: Millis, lateMs: Millis) => void

interface Subscription {
  readonly periodMs: Millis
  readonly sample: Sample
  dueAt: Millis
}

/**
 * Calls samples at their periods from a single timer, which exists only while somebody wants samples and never keeps the process alive.
 * A loop that stands still is sampled once when it goes on, not once for each period that was missed.
 */
export class Sampler {
  readonly #clock: Clock
  readonly #outside: ContextRunner = captureContext()
  readonly #subscriptions = new Set<Subscription>()
  #cancel: (() => void) | undefined = undefined
  #armedFor: Millis = Infinity
  /** Samples that threw; they are called again nevertheless. */
  failures = 0

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  get clock(): Clock {
    return this.#clock
  }

  /** Calls `sample` every `periodMs` (1 to 2^31 - 1) until the returned function is called. */
  every(periodMs: Millis, sample: Sample): () => void {
    checkNumber('Sampler', 'periodMs', periodMs, { min: 1, max: 2_147_483_647 })
    const subscription = { periodMs, sample, dueAt: this.#clock.now() + periodMs }
    this.#subscriptions.add(subscription)
    this.#arm()
    return () => {
      this.#subscriptions.delete(subscription)
      if (this.#subscriptions.size === 0) this.#disarm()
    }
  }

  #arm(): void {
    let next = Infinity
    for (const { dueAt } of this.#subscriptions) next = Math.min(next, dueAt)
    if (next >= this.#armedFor) return
    this.#disarm()
    this.#armedFor = next
    const delayMs = Math.max(0, next - this.#clock.now())
    this.#cancel = this.#outside(() => this.#clock.after(delayMs, () => this.#fire()))
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedFor = Infinity
  }

  #fire(): void {
    this.#cancel = undefined
    this.#armedFor = Infinity
    const now = this.#clock.now()
    for (const subscription of this.#subscriptions) {
      // Timers of hosts are rounded down to whole milliseconds.
      if (subscription.dueAt > now + 1) continue
      const lateMs = Math.max(0, now - subscription.dueAt)
      subscription.dueAt = now + subscription.periodMs
      try {
        subscription.sample(now, lateMs)
      } catch {
        this.failures++
      }
    }
    this.#arm()
  }
}

/** The one that all signals of this process share unless told otherwise. */
export const sharedSampler: Sampler = new Sampler()
