/** A pool of servers behind a priority threshold, with or without a line before it. */
import {
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  PriorityThresholdLimiter,
  type PriorityThresholdOptions,
  type Ticket,
} from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'

export interface PlantOptions {
  /** Multiple of the capacity, by time. */
  readonly load: (now: number) => number
  readonly durationMs?: number
  /** Places in the line. Default 0. */
  readonly line?: number
  /** Whether the threshold is told how many servers are free. */
  readonly isTold?: boolean
  readonly options?: PriorityThresholdOptions
  /** Shares of the four classes, most important first. */
  readonly classes?: readonly number[]
  readonly keys?: (random: () => number) => string
  /** Told of each ticket that was done. */
  readonly done?: (ticket: Ticket, now: number) => void
  readonly seed?: number
}

/** One ticket that came, and whether it was done. */
export interface Arrival {
  readonly at: number
  readonly ticket: Ticket
  isDone: boolean
}

export interface PlantResult {
  /** The ratio that was shed, every 500 ms. */
  readonly ratios: readonly number[]
  /** What was done, by multiples of the capacity, between two times. */
  readonly done: (fromMs: number, untilMs: number) => number
  /** Share of what came between two times that was done. */
  readonly share: (fromMs: number, untilMs: number, which?: (ticket: Ticket) => boolean) => number
}

const servers = 20
const serviceMs = 40
const perMs = servers / serviceMs

/** Plays in steps of a ms; equal options give equal results. */
export function plant(given: PlantOptions): PlantResult {
  const { load, durationMs = 16_000, line = 0, isTold = true, classes = [0.1, 0.3, 0.3, 0.3], seed = 1, done } = given
  const { keys = (random) => `user ${Math.floor(random() * 500)}` } = given
  const random = seededRandom(seed)
  const pool = new ConcurrencyLimiter(new FixedLimit(servers))
  const told = isTold ? { free: () => servers - pool.inflight } : {}
  const threshold = new PriorityThresholdLimiter({ random: seededRandom(7), ...told, ...given.options })
  const watched = checked(threshold)
  const running: { endsAt: number; arrival: Arrival }[] = []
  const waiting: Arrival[] = []
  const arrivals: Arrival[] = []
  const ratios: number[] = []
  const ends: number[] = []
  const start = (arrival: Arrival, now: number): void => {
    arrival.ticket.startedAt = now
    running.push({ endsAt: now - Math.log(1 - random()) * serviceMs, arrival })
    running.sort((a, b) => a.endsAt - b.endsAt)
  }
  let due = 0
  for (let now = 0; now < durationMs; now++) {
    while (running.length > 0 && running[0]!.endsAt <= now) {
      const { arrival } = running.shift()!
      for (const limiter of [pool, watched]) limiter.settle(arrival.ticket, now, 'success')
      arrival.isDone = true
      ends.push(now)
      done?.(arrival.ticket, now)
      const next = waiting.shift()
      if (next !== undefined && pool.admit(next.ticket, now) === undefined) start(next, now)
    }
    for (due -= perMs * load(now); due < 0; due -= Math.log(1 - random())) {
      const draw = random()
      const priority = classes.findIndex((_, i) => draw < classes.slice(0, i + 1).reduce((sum, each) => sum + each, 0))
      const ticket = createTicket(now, { key: keys(random), priority })
      const arrival = { at: now, ticket, isDone: false }
      arrivals.push(arrival)
      if (watched.admit(ticket, now) !== undefined) continue
      if (waiting.length === 0 && pool.admit(ticket, now) === undefined) start(arrival, now)
      else if (waiting.length < line) waiting.push(arrival)
      else watched.settle(ticket, now, 'revoked')
    }
    if (now % 500 === 499) ratios.push(threshold.snapshot().ratio)
  }
  return {
    ratios,
    done: (from, until) => ends.filter((at) => at >= from && at < until).length / (perMs * (until - from)),
    share(from, until, which = () => true) {
      const found = arrivals.filter(({ at, ticket }) => at >= from && at < until && which(ticket))
      return found.filter(({ isDone }) => isDone).length / found.length
    },
  }
}
