/** What a fair share is told and what it tells. */
import type { Random } from '../clock.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** How a `FairShare` divides. */
export interface FairShareOptions {
  /** Weight of a key: with 2 it has twice the share of others. Asked when the key is new; 1/1024 to 1024, else 1. Default: all 1. */
  readonly weightOf?: (key: string) => number
  /**
   * Units of cost that a tenant of weight 1 may be ahead of its share, so that chance is not taken for greed; 1..1e6, default 32. At least
   * as much as the dearest work costs: a cost above it counts as no more than it.
   */
  readonly burst?: number
  /** A sign of congestion holds for so long; 1..60000, default 250. */
  readonly holdMs?: Millis
  /** Tenants told apart, roughly; integer 1..1048576, default 4096. Those beyond are treated as newcomers. 40 bytes each. */
  readonly maxKeys?: number
  /** Seeds the hash of keys, for tests that must repeat. Default: one secret seed per process. */
  readonly random?: Random
}

/** What a `FairShare` is doing; a copy, safe to keep. */
export interface FairShareSnapshot {
  /** Keys that are remembered. */
  readonly keys: number
  /** Weight of all who are in debt: who share what is served. */
  readonly weight: number
  /** Units of cost per second that a weight of 1 may have, lately: the water level. */
  readonly perSecond: number
}

/** Names of the options. */
export const fairShareOptions: readonly string[] = ['weightOf', 'burst', 'holdMs', 'maxKeys', 'random']

/** Options, checked and complete. */
export interface FullFairShare {
  readonly weightOf: ((key: string) => number) | undefined
  readonly burst: number
  readonly holdMs: Millis
  readonly maxKeys: number
  readonly random: Random | undefined
}

/** Throws a TypeError or a RangeError that names `owner`, option, value and range. */
export function checkFairShare(owner: string, options: FairShareOptions): FullFairShare {
  checkKnown(owner, options, fairShareOptions)
  const { weightOf, burst = 32, holdMs = 250, maxKeys = 4096, random } = options
  if (weightOf !== undefined) checkFunction(owner, 'weightOf', weightOf)
  checkNumber(owner, 'burst', burst, { min: 1, max: 1e6 })
  checkNumber(owner, 'holdMs', holdMs, { min: 1, max: 60_000 })
  checkNumber(owner, 'maxKeys', maxKeys, { min: 1, max: 2 ** 20, integer: true })
  if (random !== undefined) checkFunction(owner, 'random', random)
  return { weightOf, burst, holdMs, maxKeys, random }
}
