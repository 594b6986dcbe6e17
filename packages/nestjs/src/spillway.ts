/** What the module runs, to look at, to change and to shut down. */
import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common'
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common'
import type { OverloadSnapshot, OverloadUpdate } from '@spillway/core'
import { createReadiness } from '@spillway/http'
import type {
  ConcurrencyLimitSnapshot,
  OverloadHandle,
  RateLimitSnapshot,
  Readiness,
  ReadinessReport,
  ReadinessState,
} from '@spillway/http'
import { Engine } from './engine.ts'
import type { NamedConcurrencyLimit } from './limits/place.ts'
import type { NamedRateLimit } from './limits/rate.ts'
import type { Overload } from './overload.ts'

/** Everything at one instant. */
export interface SpillwaySnapshot {
  /** `undefined` where there is no overload control. */
  readonly overload: OverloadSnapshot | undefined
  readonly rateLimits: Readonly<Record<string, RateLimitSnapshot>>
  readonly concurrencyLimits: Readonly<Record<string, ConcurrencyLimitSnapshot>>
}

/** What can be changed while requests pass; names are those of the options. */
export interface SpillwayUpdate {
  readonly overload?: OverloadUpdate
  readonly rateLimits?: Readonly<Record<string, Parameters<NamedRateLimit['update']>[0]>>
  readonly concurrencyLimits?: Readonly<Record<string, Parameters<NamedConcurrencyLimit['update']>[0]>>
}

/** Injected by `@InjectSpillway()`, or by its type. */
export class Spillway implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #engine: Engine
  readonly #readiness: Readiness
  #draining = false

  constructor(engine: Engine) {
    const { options, environment } = engine
    this.#engine = engine
    this.#readiness = createReadiness({ snapshot: () => this.#state() }, options.readiness, environment)
  }

  /** A copy of everything, safe to keep. */
  snapshot(): SpillwaySnapshot {
    return {
      overload: this.#engine.overloadHandle?.snapshot(),
      rateLimits: mapValues(this.#engine.registry.rates, (limit) => limit.snapshot()),
      concurrencyLimits: mapValues(this.#engine.registry.places, (limit) => limit.snapshot()),
    }
  }

  /** Changes figures from now on, in place. Throws a TypeError or RangeError for bad ones; what stands before them is changed then. */
  update(change: SpillwayUpdate): void {
    const { overload, rateLimits = {}, concurrencyLimits = {} } = change
    const rates = Object.entries(rateLimits).map(([name, each]) => [this.rateLimit(name), each] as const)
    const places = Object.entries(concurrencyLimits).map(([name, each]) => [this.concurrencyLimit(name), each] as const)
    if (overload !== undefined) {
      if (this.#engine.overloadHandle === undefined)
        throw new TypeError('Spillway: there is no overload control to update')
      this.#engine.overloadHandle.update(overload)
    }
    for (const [limit, each] of rates) limit.update(each)
    for (const [limit, each] of places) limit.update(each)
  }

  /** The overload control, with its policy. `undefined` where the options say `overload: false`. */
  get overload(): (OverloadHandle & Pick<Overload, 'policy'>) | undefined {
    const { overload, overloadHandle } = this.#engine
    return overload && overloadHandle && { policy: overload.policy, ...overloadHandle }
  }

  /** A rate limit of the options, with its policy. Throws a RangeError for a name that is not there. */
  rateLimit(name: string): NamedRateLimit {
    return named('rateLimits', this.#engine.registry.rates, name)
  }

  /** A concurrency limit of the options, with its policy. Throws a RangeError for a name that is not there. */
  concurrencyLimit(name: string): NamedConcurrencyLimit {
    return named('concurrencyLimits', this.#engine.registry.places, name)
  }

  /**
   * Whether to send more requests here. A process that shuts down is not ready; one that is overloaded is, unless the module's option
   * `readiness` says otherwise: it still serves as much as it can.
   */
  readiness(): ReadinessReport {
    return this.#readiness.report()
  }

  /** {@link readiness} for a controller: `return spillway.assertReady()` answers 200, or throws what answers 503, with the same body. */
  assertReady(): ReadinessReport {
    const report = this.readiness()
    if (!report.ready) throw new ServiceUnavailableException(report)
    return report
  }

  #state(): ReadinessState {
    const state = this.#engine.overloadHandle?.snapshot()
    return { overloaded: false, ...state, draining: this.#draining || state?.draining === true }
  }

  /** From now on not ready; the overload control refuses what comes, and what runs goes on. */
  drain(): void {
    this.#draining = true
    this.#engine.overloadHandle?.drain()
  }

  /** At shutdown: not ready at once, refusing after `shutdownDelayMs`. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#draining = true
    const { shutdownDelayMs = 0 } = this.#engine.options
    if (shutdownDelayMs > 0) {
      await new Promise<void>((resolve) => void this.#engine.environment.clock.after(shutdownDelayMs, resolve))
    }
    this.drain()
  }

  onApplicationShutdown(): void {
    this.#engine.overloadHandle?.close()
  }
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, make: (value: From) => To): Readonly<Record<string, To>> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]))
}

function named<Limit>(option: string, limits: ReadonlyMap<string, Limit>, name: string): Limit {
  const limit = limits.get(name)
  if (limit === undefined) throw new RangeError(`Spillway: "${name}" is no name in option "${option}"`)
  return limit
}

Injectable()(Spillway)
Inject(Engine)(Spillway, undefined, 0)
