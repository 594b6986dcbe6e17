/** The smallest of several limits: each learns, the strictest counts. */
import type { Millis } from '../../ticket.ts'
import type { Limit, LimitSnapshot } from '../limit.ts'

/** Combines limits that watch different resources. Every one of them sees every sample. */
export class LowestLimit implements Limit {
  readonly #limits: readonly Limit[]

  constructor(...limits: readonly Limit[]) {
    if (limits.length === 0) throw new TypeError('LowestLimit: needs at least one limit')
    this.#limits = limits
  }

  get value(): number {
    let lowest = Infinity
    for (const limit of this.#limits) if (limit.value < lowest) lowest = limit.value
    return lowest
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    for (const limit of this.#limits) limit.sample(now, rttMs, inflight, dropped)
  }

  lost(now: Millis, rttMs: Millis, inflight: number): void {
    for (const limit of this.#limits) limit.lost?.(now, rttMs, inflight)
  }
  /**
   * The lowest, and all that each has learnt under its place and a dot: `0.kind`, `0.limit`, `1.kind`. Of a limit that tells nothing
   * only the value. There is no `update` and no `warmStart`: the limits are changed, and warmed up, one by one.
   */
  snapshot(): LimitSnapshot {
    const details: Record<string, number | string> = {}
    for (const [place, limit] of this.#limits.entries()) {
      const learnt = limit.snapshot?.() ?? { kind: 'unknown', limit: limit.value }
      for (const [detail, value] of Object.entries(learnt)) details[`${place}.${detail}`] = value
    }
    return { ...details, kind: 'LowestLimit', limit: this.value }
  }
}
