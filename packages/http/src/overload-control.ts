/** Core's overload control, wired to HTTP. */
import { createOverloadControl } from '@spillway/core'
import type { Environment, OverloadControl, OverloadOptions } from '@spillway/core'
import type { HttpOptions } from './options.ts'
import { createOverloadPolicyWith } from './overload-policy.ts'
import type { OverloadPolicy } from './overload-policy.ts'
import type { Reader } from './reader.ts'

/**
 * Options of `overloadControl()`: what every policy takes, and what the control itself does. None has to be set. `mode` is that of the
 * policy, how refusals are answered; to start in shadow set `enforceRatio` to 0, and change the control's own `mode` by its `update`.
 */
export interface OverloadControlOptions<Req> extends HttpOptions<Req>, Omit<OverloadOptions, 'name' | 'mode'> {}

/** The policy behind `overloadControl()` of every adapter. Throws a TypeError or RangeError for bad options. */
export function createOverloadPolicy<Req>(
  reader: Reader<Req>,
  environment: Environment,
  options: OverloadControlOptions<Req> = {},
): OverloadPolicy<Req, OverloadControl> {
  return createOverloadPolicyWith({ reader, environment, options, create: createOverloadControl })
}
