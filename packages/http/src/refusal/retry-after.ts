/** `Retry-After`: when asking again makes sense (RFC 9110 §10.2.3). */
import type { Random, Rejection } from '@spillway/core'
import { toSeconds } from '../headers/structured-field.ts'

/** Longest jitter: nobody waits minutes for nothing. */
const maxJitterSeconds = 30

/** Longest wait that is named (about 68 years); beyond it parsers overflow, and nobody waits. */
const maxSeconds = 2_147_483_647

/**
 * Whole seconds >= 1, never earlier than the truth; 0 when there is nothing to wait for. Refusals for the state of the
 * server reach many callers at once, who must not come back at once: they are spread by up to `jitterRatio` of the wait,
 * at least a second. A quota gives each caller an instant of his own, so its refusals are exact.
 */
export function retryAfterSeconds(rejection: Rejection, jitterRatio: number, random: Random): number {
  if (!(rejection.retryAfterMs / 1000 <= maxSeconds)) return 0
  const seconds = Math.max(1, toSeconds(rejection.retryAfterMs))
  if (jitterRatio === 0 || rejection.reason === 'rate' || rejection.reason === 'blocked') return seconds
  const spread = Math.min(maxJitterSeconds, Math.ceil(seconds * jitterRatio))
  return seconds + Math.floor(random() * (spread + 1))
}
