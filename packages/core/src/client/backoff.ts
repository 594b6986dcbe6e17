/** How long to wait before trying again. */
import { systemRandom, type Random } from '../clock.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** Bounds of a {@link Backoff}. */
export interface BackoffOptions {
  /** Delay before the first retry, before jitter; 1..86400000, default 100. */
  readonly baseMs?: Millis
  /** Never longer, `atLeastMs` apart; `baseMs`..86400000, default 20000, or `baseMs` if that is more. */
  readonly maxMs?: Millis
  /** Each retry waits so many times longer; 1..10, default 2. For {@link decorrelatedJitter} 3: most that one delay is of the one before. */
  readonly factor?: number
  /** Default `Math.random`. {@link exponentialBackoff} does not use it. */
  readonly random?: Random
}

/** What else is known when a delay is asked for. */
export interface BackoffHint {
  /** The delay before the last try, without its `atLeastMs`. Only {@link decorrelatedJitter} looks at it. */
  readonly previousMs?: Millis | undefined
  /** What the target asked for (`Retry-After`, `retryAfterMs`): the delay begins only then. `Infinity`: never. Default 0. */
  readonly atLeastMs?: Millis | undefined
}

/**
 * The delay in ms before retry number `retry`, which counts from 0; `atLeastMs` plus a backoff of at most `maxMs`. On top, and not the larger
 * of the two: those who were told the same instant must not all come then. Anything that is no number >= 0 counts as 0.
 */
export type Backoff = (retry: number, hint?: BackoffHint) => Millis

type Rule = Required<BackoffOptions>

/**
 * The same delay for everybody: `min(maxMs, baseMs * factor ^ retry)`. Clients that failed together come again together: take it only where
 * there is one client.
 */
export function exponentialBackoff(options: BackoffOptions = {}): Backoff {
  const rule = check('exponentialBackoff', options, 2)
  return (retry, hint) => atLeast(hint) + ceiling(rule, retry)
}

/**
 * Anything from 0 to the exponential delay, each with equal chance: half the delay on average, and no two clients alike. The default choice:
 * least load and nearly the least time until all are done, in the source's comparison.
 *
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015), as are the other two.
 */
export function fullJitter(options: BackoffOptions = {}): Backoff {
  const rule = check('fullJitter', options, 2)
  return (retry, hint) => atLeast(hint) + rule.random() * ceiling(rule, retry)
}

/** Half of the exponential delay, and anything up to the other half: for who must never come again at once. */
export function equalJitter(options: BackoffOptions = {}): Backoff {
  const rule = check('equalJitter', options, 2)
  return (retry, hint) => atLeast(hint) + ((1 + rule.random()) / 2) * ceiling(rule, retry)
}

/**
 * Anything from `baseMs` to `factor` (3 by default) times the delay before, at most `maxMs`: grows by chance and not by count. Hand it its
 * last delay as `previousMs`; without one it starts over. It does not look at the number of the retry.
 */
export function decorrelatedJitter(options: BackoffOptions = {}): Backoff {
  const rule = check('decorrelatedJitter', options, 3)
  return (_retry, hint) => {
    const { baseMs, maxMs, factor, random } = rule
    const last = Math.min(maxMs, Math.max(baseMs, orZero(hint?.previousMs)))
    return atLeast(hint) + Math.min(maxMs, baseMs + random() * (last * factor - baseMs))
  }
}

function check(owner: string, options: BackoffOptions, defaultFactor: number): Rule {
  checkKnown(owner, options, ['baseMs', 'maxMs', 'factor', 'random'])
  const { baseMs = 100, factor = defaultFactor, random = systemRandom } = options
  checkNumber(owner, 'baseMs', baseMs, { min: 1, max: 86_400_000 })
  const { maxMs = Math.max(20_000, baseMs) } = options
  checkNumber(owner, 'maxMs', maxMs, { min: baseMs, max: 86_400_000 })
  checkNumber(owner, 'factor', factor, { min: 1, max: 10 })
  checkFunction(owner, 'random', random)
  return { baseMs, maxMs, factor, random }
}

/** Never NaN: the power is at least 1 and may be infinite, but 1 ** Infinity is NaN, so the exponent stays finite. */
function ceiling(rule: Rule, retry: number): Millis {
  const exponent = Math.min(orZero(retry), Number.MAX_SAFE_INTEGER)
  return Math.min(rule.maxMs, rule.baseMs * rule.factor ** exponent)
}

function atLeast(hint: BackoffHint | undefined): Millis {
  return orZero(hint?.atLeastMs)
}

function orZero(value: number | undefined): number {
  return value !== undefined && value > 0 ? value : 0
}
