/** A tenant of a fair queue: its turn, and how much it has waiting. */
import type { InnerDiscipline } from './discipline.ts'
import type { Due } from './due-heap.ts'
import type { Ranked } from './rank-heap.ts'
import { Branch } from './roster.ts'

/** Who shares the place of those for whom there was none. */
export const crowd: unique symbol = Symbol('crowd')

export type TenantKey = string | typeof crowd

/** Exists only while somebody of it waits. As {@link Due} it is where its turn is, as {@link Ranked} how long its queue is. */
export class Tenant<T> implements Due, Ranked {
  readonly key: TenantKey
  readonly weight: number
  readonly branch: Branch<T, Tenant<T>>
  /** What it may still be served in this round. */
  deficit = 0
  /** The round in which its turn comes. */
  dueAt = 0
  order = 0
  armed = false
  rank: number = -Infinity
  slot: number = -1

  constructor(key: TenantKey, weight: number, line: InnerDiscipline<T>) {
    this.key = key
    this.weight = weight
    this.branch = new Branch(line, this)
  }
}

const leastWeight = 0.001
const mostWeight = 1000

/** A weight in 0.001..1000; 1 for what is no number. */
export function plainWeight(weight: number): number {
  return weight >= leastWeight ? Math.min(weight, mostWeight) : Number.isNaN(weight) ? 1 : leastWeight
}
