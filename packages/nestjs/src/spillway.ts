/** What the module runs: every limit of the app, to look at, to change and to shut down. */
import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common'
import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleInit } from '@nestjs/common'
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { checkKnown, checkNumber } from '@spillway/core'
import type { Environment, OverloadSnapshot, OverloadUpdate } from '@spillway/core'
import { createReadiness, overloadHandle } from '@spillway/http'
import type {
  ConcurrencyLimitSnapshot,
  OverloadHandle,
  RateLimitSnapshot,
  Readiness,
  ReadinessReport,
  ReadinessState,
} from '@spillway/http'
import { nodeEnvironment } from '@spillway/node'
import { Front } from './front.ts'
import type { NamedConcurrencyLimit } from './limits/place.ts'
import type { NamedRateLimit } from './limits/rate.ts'
import { LimitRegistry } from './limits/registry.ts'
import { MessagePolicies } from './messages.ts'
import { isMarked } from './metadata.ts'
import type { SpillwayOptions } from './options.ts'
import { createOverload, type Overload } from './overload.ts'
import { Plan, Plans } from './plan.ts'
import { handlerClasses, handlersOf, RouteTable } from './routes.ts'
import { Throttles } from './throttler/throttles.ts'
import { optionsToken } from './tokens.ts'

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
export class Spillway implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly plans: Plans
  readonly messages: MessagePolicies
  readonly throttles: Throttles
  /** `undefined` where there is no overload control. */
  readonly front: Front | undefined
  readonly #registry: LimitRegistry
  readonly #overload: Overload | undefined
  readonly #overloadHandle: OverloadHandle | undefined
  readonly #environment: Environment
  readonly #options: SpillwayOptions<never>
  readonly #nest: Nest
  readonly #readiness: Readiness
  #routes: RouteTable | undefined
  #draining = false

  constructor(
    options: SpillwayOptions<never>,
    ...nest: readonly [HttpAdapterHost, ModulesContainer, ApplicationConfig]
  ) {
    const { environment = nodeEnvironment(), overload = {}, maxHoldMs = 300_000, throttlers } = options
    checkKnown('SpillwayModule', options, optionNames)
    checkNumber('SpillwayModule', 'shutdownDelayMs', options.shutdownDelayMs ?? 0, { min: 0, max: 600_000 })
    const [adapters, modules, config] = nest
    this.#options = options
    this.#environment = environment
    this.#nest = { adapters, modules, config }
    this.#registry = new LimitRegistry(options, environment)
    this.plans = new Plans(this.#registry)
    this.throttles = new Throttles(throttlers, environment.clock)
    this.#readiness = createReadiness({ snapshot: () => this.#state() }, options.readiness, environment)
    this.#overload =
      overload === false
        ? undefined
        : createOverload(overload, environment, (method, url) => this.#routes?.find(method, url))
    this.#overloadHandle = this.#overload && overloadHandle(this.#overload.policy.control)
    this.front = this.#overload && new Front(this.#overload.policy, this.#overload.handler)
    this.messages = new MessagePolicies({
      plans: this.plans,
      unmarked: new Plan(noMarks, this.#registry, { class: {}, handler: {} }),
      overload: this.#overload?.policy,
      maxHoldMs: checkNumber('SpillwayModule', 'maxHoldMs', maxHoldMs, { min: 1, max: 2_147_483_647 }),
      clock: environment.clock,
    })
    // Now, where the platform is there: what is used later stands behind the parsing of bodies.
    if (options.front !== false) this.front?.install(adapters.httpAdapter)
  }

  /** Throws a TypeError or RangeError for decorators that make no sense, so that the app does not start with them. */
  onModuleInit(): void {
    const { adapters, modules, config } = this.#nest
    for (const each of handlerClasses(modules)) {
      for (const [, handler] of handlersOf(each)) {
        if (isMarked(each.classRef, handler)) this.plans.of(each.classRef, handler)
      }
    }
    // Whoever has the module of throttlers has its guard, which does what the decorators say.
    if ([...modules.values()].some(({ metatype }) => metatype.name === 'ThrottlerModule')) this.throttles.disable()
    if (this.#options.front !== false) this.front?.install(adapters.httpAdapter)
    const isFastify = (adapters.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined)?.getType?.() === 'fastify'
    this.#routes = new RouteTable(modules, config, isFastify)
  }

  /** A copy of everything, safe to keep. */
  snapshot(): SpillwaySnapshot {
    return {
      overload: this.#overloadHandle?.snapshot(),
      rateLimits: mapValues(this.#registry.rates, (limit) => limit.snapshot()),
      concurrencyLimits: mapValues(this.#registry.places, (limit) => limit.snapshot()),
    }
  }

  /** Changes figures from now on, in place. Throws a TypeError or RangeError for bad ones; what stands before them is changed then. */
  update(change: SpillwayUpdate): void {
    const { overload, rateLimits = {}, concurrencyLimits = {} } = change
    const rates = Object.entries(rateLimits).map(([name, each]) => [this.rateLimit(name), each] as const)
    const places = Object.entries(concurrencyLimits).map(([name, each]) => [this.concurrencyLimit(name), each] as const)
    if (overload !== undefined) {
      if (this.#overloadHandle === undefined) throw new TypeError('Spillway: there is no overload control to update')
      this.#overloadHandle.update(overload)
    }
    for (const [limit, each] of rates) limit.update(each)
    for (const [limit, each] of places) limit.update(each)
  }

  /** The overload control, with its policy. `undefined` where the options say `overload: false`. */
  get overload(): (OverloadHandle & Pick<Overload, 'policy'>) | undefined {
    return this.#overload && this.#overloadHandle && { policy: this.#overload.policy, ...this.#overloadHandle }
  }

  /** A rate limit of the options, with its policy. Throws a RangeError for a name that is not there. */
  rateLimit(name: string): NamedRateLimit {
    return named('rateLimits', this.#registry.rates, name)
  }

  /** A concurrency limit of the options, with its policy. Throws a RangeError for a name that is not there. */
  concurrencyLimit(name: string): NamedConcurrencyLimit {
    return named('concurrencyLimits', this.#registry.places, name)
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
    const state = this.#overloadHandle?.snapshot()
    return { overloaded: false, ...state, draining: this.#draining || state?.draining === true }
  }

  /** From now on not ready; the overload control refuses what comes, and what runs goes on. */
  drain(): void {
    this.#draining = true
    this.#overloadHandle?.drain()
  }

  /** At shutdown: not ready at once, refusing after `shutdownDelayMs`. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#draining = true
    const { shutdownDelayMs = 0 } = this.#options
    if (shutdownDelayMs > 0) {
      await new Promise<void>((resolve) => void this.#environment.clock.after(shutdownDelayMs, resolve))
    }
    this.drain()
  }

  onApplicationShutdown(): void {
    this.#overloadHandle?.close()
  }
}

/** What is asked of Nest itself. */
interface Nest {
  readonly adapters: HttpAdapterHost
  readonly modules: ModulesContainer
  readonly config: ApplicationConfig
}

const optionNames = [
  'overload',
  'front',
  'rateLimits',
  'concurrencyLimits',
  'throttlers',
  'maxHoldMs',
  'readiness',
  'shutdownDelayMs',
  'environment',
]

const noMarks = { rates: [], places: [], priority: undefined, cost: undefined, skipsOverload: false } as const

function mapValues<From, To>(map: ReadonlyMap<string, From>, make: (value: From) => To): Readonly<Record<string, To>> {
  return Object.fromEntries([...map].map(([name, value]) => [name, make(value)]))
}

function named<Limit>(option: string, limits: ReadonlyMap<string, Limit>, name: string): Limit {
  const limit = limits.get(name)
  if (limit === undefined) throw new RangeError(`Spillway: "${name}" is no name in option "${option}"`)
  return limit
}

Injectable()(Spillway)
Inject(optionsToken)(Spillway, undefined, 0)
Inject(HttpAdapterHost)(Spillway, undefined, 1)
Inject(ModulesContainer)(Spillway, undefined, 2)
Inject(ApplicationConfig)(Spillway, undefined, 3)
