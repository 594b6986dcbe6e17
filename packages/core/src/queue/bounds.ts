/** How much may wait: the bounds that all disciplines have in common. */
import { checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** Bounds of a queue. */
export interface QueueBounds {
  /** How many may wait; an integer in 0..16777216. At 0 nobody waits. */
  readonly capacity: number
  /** How much all who wait may cost together; >= 0, default `Infinity`. See `costOf`. */
  readonly maxCost?: number
  /** How long one may wait before its turn counts as missed; > 0, default `Infinity`: the gate's own `maxWaitMs` decides. */
  readonly maxAgeMs?: Millis
}

/** Bounds, checked and complete. */
export type FullQueueBounds = Required<QueueBounds>

export const boundNames: readonly string[] = ['capacity', 'maxCost', 'maxAgeMs']

/** Longest age, interval or target in milliseconds that counts as a mistake when exceeded: about 31 years. */
export const mostMs = 1e12

/** Whether so many more of that cost together would be within the bounds, beside what is held. */
export function fitsWithin(
  { capacity, maxCost }: FullQueueBounds,
  held: { readonly size: number; readonly cost: number },
  cost: number,
  count: number,
): boolean {
  return held.size + count <= capacity && held.cost + cost <= maxCost
}

/** Checks `change` against the defaults, or against the bounds it changes. Throws a TypeError or a RangeError that names the option. */
export function checkQueueBounds(owner: string, change: Partial<QueueBounds>, old?: FullQueueBounds): FullQueueBounds {
  const { capacity = old?.capacity, maxCost = old?.maxCost, maxAgeMs = old?.maxAgeMs } = change
  return {
    capacity: checkNumber(owner, 'capacity', capacity, { min: 0, max: 16_777_216, integer: true }),
    maxCost: checkNumber(owner, 'maxCost', maxCost ?? Infinity, { min: 0, max: Infinity }),
    maxAgeMs: checkNumber(owner, 'maxAgeMs', maxAgeMs ?? Infinity, { min: Number.MIN_VALUE, max: Infinity }),
  }
}
