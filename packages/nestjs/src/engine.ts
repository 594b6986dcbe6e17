/** What guards, interceptors and middleware ask: every limit of the app, and what stands before each handler. */
import { Inject, Injectable } from '@nestjs/common'
import type { OnModuleInit } from '@nestjs/common'
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { checkKnown, checkNumber } from '@spillway/core'
import type { Environment } from '@spillway/core'
import { overloadHandle } from '@spillway/http'
import type { OverloadHandle } from '@spillway/http'
import { nodeEnvironment } from '@spillway/node'
import { Front } from './front.ts'
import { LimitRegistry } from './limits/registry.ts'
import { MessagePolicies } from './messages.ts'
import { isMarked } from './metadata.ts'
import type { SpillwayOptions } from './options.ts'
import { createOverload, type Overload } from './overload.ts'
import { Plan, Plans } from './plan.ts'
import { handlerClasses, handlersOf, RouteTable } from './routes.ts'
import { Throttles } from './throttler/throttles.ts'
import { optionsToken } from './tokens.ts'

/** One per module; {@link Spillway} is what its users see of it. */
export class Engine implements OnModuleInit {
  readonly options: SpillwayOptions<never>
  readonly environment: Environment
  readonly registry: LimitRegistry
  readonly plans: Plans
  readonly messages: MessagePolicies
  readonly throttles: Throttles
  /** These three are `undefined` where there is no overload control. */
  readonly overload: Overload | undefined
  readonly overloadHandle: OverloadHandle | undefined
  readonly front: Front | undefined
  readonly #nest: Nest
  #routes: RouteTable | undefined

  constructor(
    options: SpillwayOptions<never>,
    ...nest: readonly [HttpAdapterHost, ModulesContainer, ApplicationConfig]
  ) {
    const { environment = nodeEnvironment(), overload = {}, maxHoldMs = 300_000, throttlers } = options
    checkKnown('SpillwayModule', options, optionNames)
    checkNumber('SpillwayModule', 'shutdownDelayMs', options.shutdownDelayMs ?? 0, { min: 0, max: 600_000 })
    const [adapters, modules, config] = nest
    this.options = options
    this.environment = environment
    this.#nest = { adapters, modules, config }
    this.registry = new LimitRegistry(options, environment)
    this.plans = new Plans(this.registry)
    this.throttles = new Throttles(throttlers, environment.clock)
    this.overload =
      overload === false
        ? undefined
        : createOverload(overload, environment, (method, url) => this.#routes?.find(method, url))
    this.overloadHandle = this.overload && overloadHandle(this.overload.policy.control)
    this.front = this.overload && new Front(this.overload.policy, this.overload.handler)
    this.messages = new MessagePolicies({
      plans: this.plans,
      unmarked: new Plan(noMarks, this.registry, { class: {}, handler: {} }),
      overload: this.overload?.policy,
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
    if (this.options.front !== false) this.front?.install(adapters.httpAdapter)
    const isFastify = (adapters.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined)?.getType?.() === 'fastify'
    this.#routes = new RouteTable(modules, config, isFastify)
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

Injectable()(Engine)
Inject(optionsToken)(Engine, undefined, 0)
Inject(HttpAdapterHost)(Engine, undefined, 1)
Inject(ModulesContainer)(Engine, undefined, 2)
Inject(ApplicationConfig)(Engine, undefined, 3)
