/** Series from what was observed: sampled, counted, or averaged, and never more points than a picture can show. */
import type { Clock } from '@spillway/core'
import type { SimulationResult } from '@spillway/core/testing'
import type { Point } from '../chart/index.ts'

/** Seconds with three digits, for an axis in seconds. */
export function seconds(ms: number): number {
  return Math.round(ms) / 1000
}

/** Reads a value every so many milliseconds for as long as the clock is moved; returns what it has read, in seconds. */
export function sampled(clock: Clock, everyMs: number, read: (now: number) => number): Point[] {
  const points: Point[] = [[0, read(0)]]
  const arm = (dueAt: number): void => {
    clock.after(Math.max(0, dueAt - clock.now()), () => {
      points.push([seconds(dueAt), read(clock.now())])
      arm(dueAt + everyMs)
    })
  }
  arm(everyMs)
  return points
}

/** Leaves out what comes after the end. */
export function until(endS: number, points: readonly Point[]): Point[] {
  return points.filter(([x]) => Number(x) <= endS)
}

/** Goodput of a simulation in slices of so many seconds, each at its middle. */
export function goodputOf(result: SimulationResult, sliceSeconds: number): Point[] {
  return result
    .slices(sliceSeconds)
    .map(({ startMs, durationMs, goodput }) => [seconds(startMs + durationMs / 2), goodput])
}

/** How many of the times fall into each slot, per second, at the middle of the slot. */
export function perSecond(times: readonly number[], slotMs: number, endMs: number): Point[] {
  const counts = Array.from({ length: Math.ceil(endMs / slotMs) }, () => 0)
  for (const at of times) {
    const slot = Math.floor(at / slotMs)
    if (slot < counts.length) counts[slot] = (counts[slot] ?? 0) + 1
  }
  return counts.map((count, i) => [seconds((i + 0.5) * slotMs), (count * 1000) / slotMs])
}

/** Means of neighbours, so that at most `most` points remain. */
export function thinned(points: readonly Point[], most: number): Point[] {
  const each = Math.ceil(points.length / most)
  if (each <= 1) return [...points]
  return Array.from({ length: Math.ceil(points.length / each) }, (_, i) => {
    const group = points.slice(i * each, (i + 1) * each)
    const mean = (of: (point: Point) => number): number =>
      group.reduce((sum, point) => sum + of(point), 0) / group.length
    return [mean(([x]) => Number(x)), mean(([, y]) => y ?? NaN)]
  })
}
