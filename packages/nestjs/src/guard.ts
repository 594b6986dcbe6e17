/** The guard behind the decorators, for every kind of call that Nest knows. */
import { Inject, Injectable } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { guardGraphql, graphqlRequest } from './calls/graphql.ts'
import { guardHttp } from './calls/http.ts'
import { guardMessage } from './calls/message-guard.ts'
import { SpillwayInterceptor } from './interceptor.ts'
import { setCost } from './limits/rate.ts'
import type { Plan } from './plan.ts'
import { Spillway } from './spillway.ts'

/**
 * Calls that were counted where nothing else tells. All guards of one call see the same context, and each call has its own; a guard that is both
 * global and named by `@UseGuards` is two objects.
 */
const counted = new WeakSet<object>()
const throttled = new WeakSet<object>()

/**
 * Does what `@RateLimit`, `@ConcurrencyLimit` and `@Cost` say: over HTTP on Express and Fastify, for GraphQL resolvers, and, as far as rates go,
 * for messages of gateways and microservices, whose places need the {@link SpillwayInterceptor}. {@link SpillwayModule} makes it a global guard;
 * gateways, which global guards do not reach, name it: `@UseGuards(SpillwayGuard)`. A call that passes it twice is counted once.
 */
export class SpillwayGuard implements CanActivate {
  readonly #spillway: Spillway
  readonly #adapters: HttpAdapterHost

  constructor(spillway: Spillway, adapters: HttpAdapterHost) {
    this.#spillway = spillway
    this.#adapters = adapters
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const plan = this.#spillway.plans.of(context.getClass(), context.getHandler())
    const { throttles } = this.#spillway
    const passed = plan === undefined ? true : this.#ask(plan, context)
    if (!throttles.appliesTo(context.getClass(), context.getHandler())) return passed
    if (throttled.has(context)) return passed
    throttled.add(context)
    return passed === true ? throttles.guard(context) : passed.then(() => throttles.guard(context))
  }

  #ask(plan: Plan, context: ExecutionContext): true | Promise<true> {
    const type: string = context.getType()
    if (type === 'http') {
      if (plan.guard === undefined) return true
      // One handler per request: nothing stands there from another.
      if (plan.cost !== undefined) setCost(context.switchToHttp().getRequest<object>(), plan.cost)
      return guardHttp(plan.guard, context, this.#adapters.httpAdapter)
    }
    if (type === 'graphql') return this.#askForResolver(plan, context)
    const isMessage = type === 'ws' || type === 'rpc'
    return isMessage && !hasInterceptor(context) ? guardMessage(plan, context) : true
  }

  #askForResolver(plan: Plan, context: ExecutionContext): true | Promise<true> {
    if (plan.graphql === undefined || counted.has(context)) return true
    counted.add(context)
    setCost(graphqlRequest(context).request, plan.cost)
    return guardGraphql(plan.graphql, context)
  }
}

/** What Nest keeps of `@UseInterceptors`. */
const interceptorsKey = '__interceptors__'

/** Where the interceptor is, everything is asked there at once. One that is global does not show; it asks for what the guard has not. */
function hasInterceptor(context: ExecutionContext): boolean {
  return [context.getHandler(), context.getClass()].some((target) => {
    const used = (Reflect.getMetadata(interceptorsKey, target) ?? []) as readonly unknown[]
    return used.some((each) => each === SpillwayInterceptor || each instanceof SpillwayInterceptor)
  })
}

Injectable()(SpillwayGuard)
Inject(Spillway)(SpillwayGuard, undefined, 0)
Inject(HttpAdapterHost)(SpillwayGuard, undefined, 1)
