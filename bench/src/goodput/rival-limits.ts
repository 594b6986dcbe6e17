/** Limits of the field, restated from their published rules for comparison only: the exact ones are not part of this. */
import type { Limit } from '@spillway/core'

/** Gradient2's rule on the mean of windows of 100 ms and at least 10 samples: long latency over short, tolerance 1.5, smoothing 0.2. */
export class GradientLimit implements Limit {
  value = 20
  #long = 0
  #sum = 0
  #count = 0
  #peak = 0
  #end = 0

  sample(now: number, rttMs: number, inflight: number): void {
    this.#sum += rttMs
    this.#count++
    this.#peak = Math.max(this.#peak, inflight)
    if (now < this.#end || this.#count < 10) return
    const short = this.#sum / this.#count
    this.#long = this.#long === 0 ? short : this.#long + (short - this.#long) * (2 / 601)
    if (this.#peak >= this.value / 2) {
      const gradient = Math.max(0.5, Math.min(1, (1.5 * this.#long) / short))
      this.value = Math.max(2, Math.min(200, this.value * 0.8 + 0.2 * (this.value * gradient + 4)))
    }
    this.#sum = this.#count = this.#peak = 0
    this.#end = now + 100
  }
}

/** BBR's rule for requests: most throughput of ten seconds times least latency of ten seconds, measured in windows of 100 ms. */
export class FlightLimit implements Limit {
  value = 20
  readonly #windows: { ends: number; leastMs: number }[] = []
  #ends = 0
  #leastMs = Infinity
  #end = 0

  sample(now: number, rttMs: number): void {
    this.#ends++
    this.#leastMs = Math.min(this.#leastMs, rttMs)
    if (now < this.#end) return
    this.#windows.push({ ends: this.#ends, leastMs: this.#leastMs })
    if (this.#windows.length > 100) this.#windows.shift()
    const most = Math.max(...this.#windows.map(({ ends }) => ends))
    const least = Math.min(...this.#windows.map(({ leastMs }) => leastMs))
    this.value = Math.max(2, Math.ceil((most * least) / 100))
    this.#ends = 0
    this.#leastMs = Infinity
    this.#end = now + 100
  }
}
