/** Instants at which something comes: by chance, at a rate that may change. */
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
