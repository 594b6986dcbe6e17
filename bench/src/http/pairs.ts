/** Ratios from adjacent windows: what disturbs the machine for longer than a window disturbs both sides. Pure. */
import { median } from '../report/index.ts'
import type { Window } from './side.ts'

/** A window of the bare server beside one of the variant. */
export interface Pair {
  readonly bare: Window
  readonly variant: Window
}

/** A median, and between what the middle 80 % of the pairs lie. */
export interface Ratio {
  readonly middle: number
  readonly low: number
  readonly high: number
}

/** Requests per second of the variant over bare. */
export function throughputRatio(pairs: readonly Pair[]): Ratio {
  return ratioOf(pairs.map(({ bare, variant }) => variant.perSecond / bare.perSecond))
}

/** CPU per request of bare over the variant: 1 is free, less costs. */
export function cpuRatio(pairs: readonly Pair[]): Ratio {
  return ratioOf(pairs.map(({ bare, variant }) => bare.cpuUs / variant.cpuUs))
}

function ratioOf(values: readonly number[]): Ratio {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? NaN
  return { middle: median(sorted), low: at(0.1), high: at(0.9) }
}
