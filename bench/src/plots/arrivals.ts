/** Instants at which something comes: by chance at a rate that may change, or evenly. */
import type { Random } from '@spillway/core'

/** Times in ms of events that come by chance at `perSecond(at)` per second (thinning of a faster stream), in order. */
export function byChance(
  random: Random,
  endMs: number,
  mostPerSecond: number,
  perSecond: (atMs: number) => number,
): number[] {
  const times: number[] = []
  for (let at = 0; ;) {
    at -= (Math.log(1 - random()) * 1000) / mostPerSecond
    if (at >= endMs) return times
    if (random() * mostPerSecond < perSecond(at)) times.push(at)
  }
}

/** Times in ms of events that come evenly, the first one gap after 0. */
export function evenly(endMs: number, perSecond: number): number[] {
  const gapMs = 1000 / perSecond
  return Array.from({ length: Math.floor(endMs / gapMs) }, (_, i) => (i + 1) * gapMs)
}
