/** Options of the composed overload control. */
import type { Limit } from '../concurrency/limit.ts'
import type { KneeOptions } from '../concurrency/limit/knee.ts'
import type { PaceOptions } from '../pace/options.ts'
import type { Signal } from '../signal/signal.ts'

/** Everything has a default that was measured: none of these needs to be set. */
export interface OverloadOptions extends PaceOptions, KneeOptions {
  /** Learns how many may run at once; a {@link KneeLimit} of `initialLimit`, `minLimit` and `maxLimit` by default. */
  readonly limit?: Limit
  /** Replaces the measures of pressure that the environment offers; `[]` sheds by none. */
  readonly signals?: readonly Signal[]
}

/** Options that may change while it runs. */
export type OverloadUpdate = Omit<PaceOptions, 'name'>
