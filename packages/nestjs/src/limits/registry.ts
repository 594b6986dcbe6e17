/** Every limit of the app: those with a name, and those that decorators carry. */
import type { Environment } from '@spillway/core'
import type { Placed, PlaceSpec, RateSpec } from '../metadata.ts'
import type { SpillwayOptions } from '../options.ts'
import { createPlaces, type NamedConcurrencyLimit } from './place.ts'
import { createRate, type NamedRateLimit } from './rate.ts'

/** Limits by the object that a decorator carries: one per handler, or one per class. */
type Carried<Limit> = WeakMap<object, Map<object, Limit>>

/** Finds the limit that a decorator means, and makes it where it is carried. */
export class LimitRegistry {
  readonly rates: ReadonlyMap<string, NamedRateLimit>
  readonly places: ReadonlyMap<string, NamedConcurrencyLimit>
  readonly #environment: Environment
  readonly #carriedRates: Carried<NamedRateLimit> = new WeakMap()
  readonly #carriedPlaces: Carried<NamedConcurrencyLimit> = new WeakMap()

  constructor({ rateLimits = {}, concurrencyLimits = {} }: SpillwayOptions<never>, environment: Environment) {
    this.#environment = environment
    this.rates = mapValues(rateLimits, (options, name) => createRate(name, options, environment))
    this.places = mapValues(concurrencyLimits, (options, name) => createPlaces(name, options, environment))
  }

  /** `owner` is what has the counters of a limit that is carried: a class, or what stands for one handler of one class. */
  rate({ spec }: Placed<RateSpec>, owner: object): NamedRateLimit {
    if (typeof spec === 'string') return known('rateLimits', this.rates, spec)
    return carried(this.#carriedRates, owner, { spec, make: () => createRate(undefined, spec, this.#environment) })
  }

  /** A rate limit of the options. Throws a TypeError for a name that is not there. */
  named(name: string): NamedRateLimit {
    return known('rateLimits', this.rates, name)
  }

  /** The same for places. */
  place({ spec }: Placed<PlaceSpec>, owner: object): NamedConcurrencyLimit {
    if (typeof spec === 'string') return known('concurrencyLimits', this.places, spec)
    return carried(this.#carriedPlaces, owner, { spec, make: () => createPlaces(undefined, spec, this.#environment) })
  }
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  make: (value: From, name: string) => To,
): ReadonlyMap<string, To> {
  return new Map(Object.entries(record).map(([name, value]) => [name, make(value, name)]))
}

function known<Limit>(option: string, limits: ReadonlyMap<string, Limit>, name: string): Limit {
  const limit = limits.get(name)
  if (limit !== undefined) return limit
  const names = [...limits.keys()].map((each) => `"${each}"`).join(', ')
  throw new TypeError(`SpillwayModule: "${name}" is no name in option "${option}", which has ${names || 'none'}`)
}

function carried<Limit>(
  limits: Carried<Limit>,
  owner: object,
  { spec, make }: { readonly spec: object; readonly make: () => Limit },
): Limit {
  let bySpec = limits.get(owner)
  if (bySpec === undefined) limits.set(owner, (bySpec = new Map()))
  let limit = bySpec.get(spec)
  if (limit === undefined) bySpec.set(spec, (limit = make()))
  return limit
}
