/** How long things take in a simulation: distributions that know their mean. */
import { checkNumber } from '../../options.ts'
import type { Random } from '../../clock.ts'
import type { Millis } from '../../ticket.ts'
import { weightedPick } from './random.ts'

/** A distribution of durations. The mean is what the capacity of a simulated server is computed from. */
export interface Distribution {
  readonly meanMs: Millis
  sample(random: Random): Millis
}

/** Bounds of a bounded Pareto distribution. */
export interface ParetoOptions {
  /** Tail index, > 0 and not 1; the smaller, the heavier the tail. Service times of the web: 1.1 to 2. */
  readonly shape: number
  readonly minMs: Millis
  readonly maxMs: Millis
}

/** The distributions that a workload may be made of. A plain number stands for `distribution.fixed`. */
export const distribution = {
  /** Always the same. */
  fixed(ms: Millis): Distribution {
    checkNumber('distribution.fixed', 'ms', ms, { min: 0, max: Number.MAX_VALUE })
    return { meanMs: ms, sample: () => ms }
  },

  /** Anything from `minMs` to `maxMs` alike. */
  uniform(minMs: Millis, maxMs: Millis): Distribution {
    checkNumber('distribution.uniform', 'minMs', minMs, { min: 0, max: Number.MAX_VALUE })
    checkNumber('distribution.uniform', 'maxMs', maxMs, { min: minMs, max: Number.MAX_VALUE })
    return { meanMs: (minMs + maxMs) / 2, sample: (random) => minMs + random() * (maxMs - minMs) }
  },

  /** Memoryless, with the given mean, after an optional constant part. */
  exponential(meanMs: Millis, constantMs: Millis = 0): Distribution {
    checkNumber('distribution.exponential', 'meanMs', meanMs, { min: 0, max: Number.MAX_VALUE })
    checkNumber('distribution.exponential', 'constantMs', constantMs, { min: 0, max: Number.MAX_VALUE })
    return { meanMs: constantMs + meanMs, sample: (random) => constantMs - Math.log(1 - random()) * meanMs }
  },

  /** Mostly short, rarely very long: the heavy tail of real service times, cut at `maxMs`. */
  pareto(options: ParetoOptions): Distribution {
    const { shape, minMs, maxMs } = options
    checkNumber('distribution.pareto', 'shape', shape, { min: 0.01, max: 100 })
    if (shape === 1)
      throw new RangeError('distribution.pareto: option "shape" must not be 1, whose mean has another formula')
    checkNumber('distribution.pareto', 'minMs', minMs, { min: Number.MIN_VALUE, max: Number.MAX_VALUE })
    checkNumber('distribution.pareto', 'maxMs', maxMs, { min: minMs, max: Number.MAX_VALUE })
    const cut = 1 - (minMs / maxMs) ** shape
    const upper = 1 - (minMs / maxMs) ** (shape - 1)
    const meanMs = cut === 0 ? minMs : (minMs * (shape / (shape - 1)) * upper) / cut
    return { meanMs, sample: (random) => minMs * (1 - random() * cut) ** (-1 / shape) }
  },

  /** One of several, by weight: `[[9, distribution.fixed(1)], [1, distribution.fixed(50)]]`. */
  mixture(parts: readonly (readonly [weight: number, part: Distribution])[]): Distribution {
    const pick = weightedPick(parts.map(([weight, part]) => [part, weight] as const))
    const total = parts.reduce((sum, [weight]) => sum + weight, 0)
    const meanMs = parts.reduce((sum, [weight, part]) => sum + (weight / total) * part.meanMs, 0)
    return { meanMs, sample: (random) => pick(random).sample(random) }
  },
}

/** Takes a number for what it means. */
export function toDistribution(given: Distribution | Millis | undefined): Distribution {
  return typeof given === 'object' ? given : distribution.fixed(given ?? 0)
}
