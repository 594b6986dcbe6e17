/** Recorded runs of both CoDels, replayed: what differs from the record. */
import { Codel } from '../queue/codel.ts'
import { ServiceCodelState } from '../queue/service-codel-state.ts'

/** One run of RFC 8289 CoDel. */
export interface CodelTraceCase {
  readonly shape: string
  readonly seed: number
  /**
   * `['a', time, id]`: an item comes. `['d', time, delivered, dropped ids, dropNext, count, dropping]`: one is asked for, and what became
   * of it; `null` for nobody, or for a drop that is not scheduled.
   */
  readonly events: readonly (readonly unknown[])[]
}

/** One run of service CoDel. */
export interface ServiceCodelTraceCase {
  readonly shape: string
  readonly seed: number
  /** When it was made. */
  readonly start: number
  /** `[time, delay, dropped 0/1, overloaded 0/1, least delay after]` for each who left. */
  readonly rows: readonly (readonly number[])[]
}

/** A recorded run of either CoDel. The unit of time is the record's own. */
export interface CodelTrace {
  readonly params: {
    readonly targetNs: number
    readonly intervalNs: number
    /** RFC 8289 only. */
    readonly maxpacket?: number
    /** RFC 8289 only. */
    readonly packetSize?: number
  }
  readonly cases: readonly (CodelTraceCase | ServiceCodelTraceCase)[]
}

/** Where a replay differs from its record. */
export interface TraceMismatch {
  /** Shape and seed. */
  readonly case: string
  /** Which event or row, from 0. */
  readonly index: number
  readonly expected: string
  readonly actual: string
}

/** Times are recorded with six decimals. */
const tolerance = 1e-6

/**
 * Replays a recorded run (a parsed file of `golden/codel`) against {@link Codel} or {@link ServiceCodelState}, told apart by what its
 * cases hold, and returns every difference: none if all is as recorded. Times within 1e-6 of each other count as equal, all else must be.
 * Throws a TypeError for a case that is of neither kind.
 */
export function replayCodelTrace(trace: CodelTrace): readonly TraceMismatch[] {
  return trace.cases.flatMap((one) => {
    if ('events' in one) return replayCodel(trace, one)
    if ('rows' in one) return replayServiceCodel(trace, one)
    throw new TypeError('replayCodelTrace: a case must have "events" or "rows"')
  })
}

function replayCodel({ params }: CodelTrace, one: CodelTraceCase): TraceMismatch[] {
  const { targetNs: targetMs, intervalNs: intervalMs, maxpacket: maxPacket = 1, packetSize = 1 } = params
  const codel = new Codel<number>({ capacity: 16_777_216, targetMs, intervalMs, maxPacket, costOf: () => packetSize })
  const found: TraceMismatch[] = []
  for (const [index, event] of one.events.entries()) {
    const [kind, at, id] = event as ['a' | 'd', number, number]
    if (kind === 'a') {
      codel.push(id, at)
      continue
    }
    const [, , delivered, drops, dropNext, count, dropping] = event as CodelDequeue
    const dropped: number[] = []
    const item = codel.next(at, (lost) => dropped.push(lost)) ?? null
    const now = codel.snapshot()
    const actual = show([item, dropped, now.count, now.dropping, dropNext === null ? null : now.dropNext])
    const expected = show([delivered, drops, count, Boolean(dropping), near(dropNext, now.dropNext)])
    if (actual !== expected) found.push({ case: nameOf(one), index, expected, actual })
  }
  return found
}

type CodelDequeue = ['d', number, number | null, number[], number | null, number, 0 | 1]

function replayServiceCodel({ params }: CodelTrace, one: ServiceCodelTraceCase): TraceMismatch[] {
  const state = new ServiceCodelState({ targetMs: params.targetNs, intervalMs: params.intervalNs }, one.start)
  const found: TraceMismatch[] = []
  for (const [index, row] of one.rows.entries()) {
    const [at, delay, drop, overloaded, least] = row as [number, number, number, number, number]
    const dropped = state.shouldDrop(delay, at)
    const actual = show([dropped, state.overloaded, state.minDelayMs])
    const expected = show([drop === 1, overloaded === 1, least])
    if (actual !== expected) found.push({ case: nameOf(one), index, expected, actual })
  }
  return found
}

/** The recorded time, or the actual one if they are as good as equal. */
function near(recorded: number | null, actual: number): number | null {
  return recorded !== null && Math.abs(recorded - actual) <= tolerance ? actual : recorded
}

function nameOf(one: CodelTraceCase | ServiceCodelTraceCase): string {
  return `${one.shape}, seed ${one.seed}`
}

function show(values: readonly unknown[]): string {
  return JSON.stringify(values)
}
