/** Finds the knee of throughput over work in flight: as many as pay, and not one more that only waits. */
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { clampLimit, warmNumber } from './bounds.ts'
import { changeKnee, checkKnee, type KneeOptions, type KneeStart } from './knee-options.ts'
import { ThroughputTable, limitLevels } from './throughput-table.ts'

/** What a {@link KneeLimit} is doing: nothing, or comparing; `knee` is the limit that it takes for the knee. */
export type KneePhase = { readonly kind: 'open' } | { readonly kind: 'seek'; readonly knee: number }

/** A window is believed when it has seen this many ends and lasted this long. */
const leastEnds = 20
const leastMs = 40
/** A window lasts for a round trip at least, for work that was let in together ends together; but no longer than this on its account. */
const mostMs = 500
/** The knee is the lowest limit that does this share of the best. */
const enough = 0.98
/** Levels (of a quarter each) above the knee at which to work: room for chance, paid for with a quarter more latency. */
const headroom = 1
/** One window in so many looks below the knee, and one looks above. */
const round = 16
/** Levels of a step while nothing is known below, and of a step up; twice that while throughput keeps rising. */
const stride = 2
const climb = 3
/** Throughput below this share of what it was tells that a downstream became slow. */
const slowed = 0.75
/** So many windows before it count: in the last of them the slowness may have begun. */
const openWindows = 3
/** Latency above this multiple of what it was tells that something waits. */
const inflated = 1.5
/** Windows below the limit after which nobody needs it any more. */
const slackWindows = 8
/** What is left of an unused limit after a window. */
const relaxing = 0.7

/**
 * Little's law tells a saturated downstream from a slow one: past the knee more in flight buys no throughput, only waiting; before
 * it, more in flight is more throughput at the same latency. While the limit is what holds work back, it keeps a table of the
 * throughput at each limit tried, works a little above the lowest that does as much as the best, and looks now and then at the
 * limits beside it. Latency only suggests which way the first step goes; where the knee is, throughput alone says, so a slow but
 * unsaturated downstream is not choked, and there is no baseline to drift.
 * While the limit is not reached it does nothing. Use {@link DelayLimit} where the waiting itself can be measured.
 *
 * Sources: Little 1961; Kleinrock 1979 (power is greatest at the knee).
 */
export class KneeLimit implements LearningLimit<KneeOptions> {
  value: number
  #phase: KneePhase = { kind: 'open' }
  #levels: readonly number[]
  #options: Required<KneeOptions>
  readonly #table: ThroughputTable = new ThroughputTable()
  #level = 0
  #windows = 0
  #slack = 0
  /** The first window since the limit began to hold somebody back. */
  #isFirst = false
  /** Nothing that ends before this tells of the limit as it is now. */
  #since: Millis = -Infinity
  #start: Millis = -Infinity
  #ends = 0
  #peak = 0
  #lost = 0
  #rttMs: Millis
  readonly #openRates: number[] = []
  #openRttMs: Millis

  constructor(options: KneeStart = {}) {
    const warm = (detail: string, otherwise: number): number =>
      warmNumber('KneeLimit', options.warmStart, detail, otherwise)
    this.#options = checkKnee(options)
    this.#levels = limitLevels(this.#options.minLimit, this.#options.maxLimit)
    this.value = clampLimit(warm('limit', this.#options.initialLimit), this.#options)
    this.#rttMs = Math.max(0, warm('rttMs', 0))
    this.#openRttMs = Math.max(0, warm('openRttMs', 0))
  }

  /** What the limit is doing now; for people who look at it. */
  get phase(): KneePhase {
    return this.#phase
  }

  sample(now: Millis, rttMs: Millis, inflight: number): void {
    if (!Number.isFinite(now) || !Number.isFinite(rttMs)) return
    this.#rttMs = this.#rttMs === 0 ? rttMs : this.#rttMs + 0.1 * (rttMs - this.#rttMs)
    if (now < this.#since) return
    if (inflight > this.#peak) this.#peak = inflight
    if (this.#phase.kind === 'open' && inflight >= Math.floor(this.value)) this.#seek(now)
    if (this.#start === -Infinity) {
      // The end that opens a window is not counted: a window is so many gaps between ends.
      this.#start = now
      return
    }
    this.#ends++
    const elapsed = now - this.#start
    if (this.#ends < leastEnds || elapsed < Math.max(leastMs, Math.min(this.#rttMs, mostMs))) return
    if (this.#phase.kind === 'open') this.#whenOpen(elapsed)
    else this.#whenSeeking(now, elapsed)
    this.#restart()
  }

  /** Half of the callers give up while the limit is what holds the others back: they meet more waiting than they have patience for. */
  lost(now: Millis, _rttMs: Millis, inflight: number): void {
    if (!Number.isFinite(now) || now < this.#since || inflight < Math.floor(this.value)) return
    this.#lost++
    if (this.#lost < leastEnds / 2 || this.#lost < this.#ends) return
    this.#table.clear()
    this.#phase = { kind: 'seek', knee: this.value }
    this.#goTo(now, this.#nearest(this.value) - climb)
    this.#restart()
  }

  /**
   * `phase` and `knee` are those of {@link KneeLimit.phase}, `knee` being 0 while it is open; `levels` is how many limits its table
   * of throughput goes up to; `rttMs` is smoothed, and `openRttMs` what it was before.
   */
  snapshot(): LimitSnapshot {
    return {
      kind: 'KneeLimit',
      limit: this.value,
      phase: this.#phase.kind,
      knee: this.#phase.kind === 'seek' ? this.#phase.knee : 0,
      levels: this.#table.highest + 1,
      rttMs: this.#rttMs,
      openRttMs: this.#openRttMs,
    }
  }

  /** As long as the levels that were tried stay the same, so does what was learnt about them; else only the limit stays. */
  update(change: Partial<KneeOptions>): void {
    this.#options = changeKnee(this.#options, change)
    const before = this.#levels
    this.#levels = limitLevels(this.#options.minLimit, this.#options.maxLimit)
    const known = this.#phase.kind === 'seek' ? Math.max(this.#table.highest, this.#level) : -1
    const stays = before.every((level, i) => i > known || level === this.#levels[i])
    this.value = clampLimit(this.value, this.#options)
    if (stays) return
    this.#phase = { kind: 'open' }
    this.#table.clear()
    this.#restart()
  }

  #restart(): void {
    this.#start = -Infinity
    this.#ends = this.#peak = this.#lost = 0
  }

  /** The limit holds somebody back: what it costs and buys is measured from here on, apart from what was before. */
  #seek(now: Millis): void {
    this.#table.clear()
    this.#windows = this.#slack = 0
    this.#isFirst = true
    this.#phase = { kind: 'seek', knee: this.value }
    this.#goTo(now, this.#nearest(this.value))
    this.#restart()
  }

  #whenOpen(elapsed: Millis): void {
    this.#openRates.push(this.#ends / elapsed)
    if (this.#openRates.length > openWindows) this.#openRates.shift()
    this.#openRttMs = this.#rttMs
    this.#relax()
  }

  /** A limit that nobody reaches comes back to where it would be safe to start from, before a step of the load finds it far too high. */
  #relax(): void {
    const room = Math.max(this.#options.initialLimit, 4 * this.#peak)
    if (this.value <= room) return
    this.value = Math.max(room, this.value * relaxing)
    this.#level = this.#nearest(this.value)
  }

  #whenSeeking(now: Millis, elapsed: Millis): void {
    if (this.#peak < Math.floor(this.value)) {
      if (++this.#slack >= slackWindows) this.#phase = { kind: 'open' }
      this.#relax()
      return
    }
    this.#slack = 0
    const changed = this.#table.contradicts(this.#level, this.#ends, elapsed)
    if (changed) this.#table.clear()
    this.#table.record(now, this.#level, this.#ends, elapsed)
    const knee = this.#table.enough(enough)
    this.#phase = { kind: 'seek', knee: this.#levels[knee]! }
    // If it became slow, more in flight makes up for it; if it became smaller, that shows at once, and the way is down.
    if (changed) this.#goTo(now, this.#level + climb)
    else this.#goTo(now, this.#isFirst ? this.#firstMove(elapsed) : this.#next(knee))
    this.#isFirst = false
  }

  /**
   * Up where nothing takes longer than before, so that nothing waits yet, and where less comes out than before: something became
   * slow, and more in flight may make up for it. Else what piles up is waiting, and the way is down.
   */
  #firstMove(elapsed: Millis): number {
    const isCalm = this.#openRttMs === 0 || this.#rttMs <= inflated * this.#openRttMs
    const isSlowed = this.#ends / elapsed < slowed * Math.max(0, ...this.#openRates)
    return this.#level + (isCalm || isSlowed ? climb : -stride)
  }

  #next(knee: number): number {
    const table = this.#table
    this.#windows++
    if (knee === table.highest && table.rises(knee, this.#levels)) return knee + 2 * climb
    if (knee > 0 && !table.knows(knee - 1) && !table.knows(knee - stride)) return knee - stride
    const turn = this.#windows % round
    if (turn === 0) return knee - 1
    return turn === round / 2 ? knee + headroom + 1 : knee + headroom
  }

  #goTo(now: Millis, level: number): void {
    const before = this.value
    this.#level = Math.max(0, Math.min(this.#levels.length - 1, level))
    this.value = this.#levels[this.#level]!
    // Down: what is above the limit has to end first. Up: what is let in has to end before it shows in the throughput.
    const settle = this.value < before ? (1 - this.value / before) * this.#rttMs : this.value > before ? this.#rttMs : 0
    this.#since = now + Math.min(settle, 1000)
  }

  #nearest(value: number): number {
    let level = 0
    while (level + 1 < this.#levels.length && this.#levels[level + 1]! <= value) level++
    return level
  }
}
