/** What a knee limit is told, and the checks of it. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { LimitSnapshot } from '../limit.ts'
import { clampLimit } from './bounds.ts'
import { applyChange } from './learning.ts'

/** Options of {@link KneeLimit}; all of them may change while it runs. */
export interface KneeOptions {
  /** Where to start, and what an unused limit comes back to. Integer, `minLimit` to `maxLimit`; 16 by default. */
  readonly initialLimit?: number
  /** Never below this. Integer >= 1; 2 by default. */
  readonly minLimit?: number
  /** Never above this, so that nothing drifts away. Integer >= `minLimit`; 10,000 by default. */
  readonly maxLimit?: number
}

/** What a {@link KneeLimit} is made of. */
export interface KneeStart extends KneeOptions {
  /** A snapshot of another one to go on from: its limit, and the round trips that it remembers. The knee is looked for again. */
  readonly warmStart?: LimitSnapshot
}

const owner = 'KneeLimit'

/** Checks and completes them. Throws a TypeError or a RangeError that names the option. */
export function checkKnee(options: KneeStart): Required<KneeOptions> {
  checkKnown(owner, options, ['initialLimit', 'minLimit', 'maxLimit', 'warmStart'])
  const minLimit = checkNumber(owner, 'minLimit', options.minLimit ?? 2, { min: 1, max: 1e6, integer: true })
  const bounds = { min: minLimit, max: 1e6, integer: true }
  const maxLimit = checkNumber(owner, 'maxLimit', options.maxLimit ?? Math.max(10_000, minLimit), bounds)
  const initial = options.initialLimit ?? Math.max(minLimit, Math.min(16, maxLimit))
  const initialLimit = checkNumber(owner, 'initialLimit', initial, { min: minLimit, max: maxLimit, integer: true })
  return { initialLimit, minLimit, maxLimit }
}

/** Options after a change: where to start gives way to bounds that are changed without it. Throws as {@link checkKnee}. */
export function changeKnee(current: Required<KneeOptions>, change: Partial<KneeOptions>): Required<KneeOptions> {
  const { initialLimit, minLimit, maxLimit } = applyChange<Required<KneeOptions>>(owner, current, change)
  if (change.initialLimit !== undefined) return checkKnee({ initialLimit, minLimit, maxLimit })
  const bounds = checkKnee({ minLimit, maxLimit })
  return { ...bounds, initialLimit: clampLimit(initialLimit, bounds) }
}
