/** How late timers are: the measure of a busy loop that works on every runtime. */
import type { Millis } from '@spillway/core'
import type { Sampler } from './sampler.ts'

/** Sums up lateness over windows, from a timer that is due every `resolutionMs`. */
export class Drift {
  readonly #resolutionMs: Millis
  #unsubscribe: (() => void) | undefined = undefined
  #sumMs = 0
  #count = 0
  #beganAt: Millis = 0

  constructor(resolutionMs: Millis) {
    this.#resolutionMs = resolutionMs
  }

  start(sampler: Sampler): void {
    this.#restart(sampler.clock.now())
    this.#unsubscribe = sampler.every(this.#resolutionMs, (_now, lateMs) => {
      this.#sumMs += lateMs
      this.#count++
    })
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  /** Mean lateness since the last take; `undefined` if no timer was due. */
  takeMeanMs(now: Millis): Millis | undefined {
    const mean = this.#count === 0 ? undefined : this.#sumMs / this.#count
    this.#restart(now)
    return mean
  }

  /**
   * Share of the time since the last take in which a timer was due and the loop busy with other things. A lower bound of the loop's
   * utilization: near 0 on an idle loop, near 1 when turns are long beside the resolution.
   */
  takeShare(now: Millis): number | undefined {
    const elapsedMs = now - this.#beganAt
    const share = elapsedMs <= 0 ? undefined : Math.min(1, this.#sumMs / elapsedMs)
    this.#restart(now)
    return share
  }

  #restart(now: Millis): void {
    this.#sumMs = 0
    this.#count = 0
    this.#beganAt = now
  }
}
