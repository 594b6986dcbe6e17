/** What a limit is tried on: servers behind one line, fed by callers who never run out or who come on their own. */
import type { Limit } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'

export interface PlantOptions {
  readonly limit: Limit
  readonly durationMs: number
  /** Servers at a time; `Infinity` for a downstream that has room for all. */
  readonly servers: (now: number) => number
  readonly serviceMs: (random: () => number, now: number) => number
  /** Callers per ms who come by chance and are refused above the limit. Without: as many as the limit lets in are always there. */
  readonly perMs?: number
  readonly seed?: number
}

export interface PlantResult {
  /** Mean limit between two times. */
  limit(fromMs: number, untilMs: number): number
  /** Ends per ms between two times. */
  rate(fromMs: number, untilMs: number): number
  /** Share of the callers who were let in between two times. */
  admitted(fromMs: number, untilMs: number): number
}

interface Job {
  readonly startedAt: number
  endsAt: number
}

/** Plays in steps from event to event; equal seeds give equal results. */
export function plant(options: PlantOptions): PlantResult {
  const { limit, durationMs, servers, serviceMs, perMs } = options
  const random = seededRandom(options.seed ?? 1)
  const waiting: Job[] = []
  const served: Job[] = []
  const limits: [at: number, value: number][] = []
  const ends: number[] = []
  const callers: [at: number, admitted: boolean][] = []
  const nextCaller = (now: number): number => (perMs === undefined ? Infinity : now - Math.log(1 - random()) / perMs)
  let arrivesAt = nextCaller(0)
  let tickAt = 0
  const serve = (now: number): void => {
    while (waiting.length > 0 && served.length < servers(now)) {
      const job = waiting.shift()!
      job.endsAt = now + serviceMs(random, now)
      served.push(job)
    }
  }
  const admit = (now: number): boolean => {
    if (waiting.length + served.length + 1 > limit.value) return false
    waiting.push({ startedAt: now, endsAt: Infinity })
    return true
  }
  for (let now = 0; now < durationMs;) {
    if (perMs === undefined) while (admit(now));
    serve(now)
    let next: Job | undefined
    for (const job of served) if (next === undefined || job.endsAt < next.endsAt) next = job
    now = Math.min(next?.endsAt ?? Infinity, arrivesAt, tickAt)
    if (now === tickAt) {
      limits.push([now, limit.value])
      tickAt += 10
    } else if (now === arrivesAt) {
      callers.push([now, admit(now)])
      arrivesAt = nextCaller(now)
    } else {
      const inflight = waiting.length + served.length
      served.splice(served.indexOf(next!), 1)
      ends.push(now)
      limit.sample(now, now - next!.startedAt, inflight, false)
    }
  }
  const within = <T>(all: readonly T[], time: (each: T) => number, from: number, until: number): T[] =>
    all.filter((each) => time(each) >= from && time(each) < until)
  return {
    limit(from, until) {
      const found = within(limits, ([at]) => at, from, until)
      return found.reduce((sum, [, value]) => sum + value, 0) / found.length
    },
    rate: (from, until) => within(ends, (at) => at, from, until).length / (until - from),
    admitted(from, until) {
      const found = within(callers, ([at]) => at, from, until)
      return found.filter(([, yes]) => yes).length / found.length
    },
  }
}
