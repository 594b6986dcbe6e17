/** Middleware: for apps whose overload control is not in front, and for requests that no handler will answer. */
import type { ServerResponse } from 'node:http'
import { Inject, Injectable, mixin } from '@nestjs/common'
import type { NestMiddleware, Type } from '@nestjs/common'
import type { HttpPolicy } from '@spillway/http'
import { createNodeGuard, writeRefusal } from '@spillway/http/node'
import type { NodeGuard } from '@spillway/http/node'
import { markPassed } from './limits/rate.ts'
import { Engine } from './engine.ts'

type Next = (error?: unknown) => void

/**
 * Asks the overload control. It does so in front of Nest by itself unless the module's option `front` is `false`: a request is asked once.
 *
 * `consumer.apply(SpillwayMiddleware).forRoutes('{*path}')`
 */
export class SpillwayMiddleware implements NestMiddleware {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  use(req: object, res: ServerResponse, next: Next): void {
    const { front } = this.#engine
    if (front === undefined) next()
    else front.use(req, res, next)
  }
}

/**
 * Middleware that asks a rate limit of the module's options, by name: also for requests that no route answers, which guards do not see. What
 * passes it is not counted again by `@RateLimit` of the same name. Refusals are written at once, past exception filters.
 *
 * `consumer.apply(rateLimitMiddleware('api')).forRoutes('{*path}')`
 */
export function rateLimitMiddleware(name: string): Type<NestMiddleware> {
  class RateLimitMiddleware implements NestMiddleware {
    readonly #policy: HttpPolicy<object>
    readonly #guard: NodeGuard<object>

    constructor(engine: Engine) {
      const { policy } = engine.registry.named(name)
      this.#policy = policy
      this.#guard = createNodeGuard<object>(policy, ({ res, refusal, rejection }) => {
        if (rejection.reason !== 'cancelled') writeRefusal(res.req, res, refusal)
      })
    }

    use(req: object, res: ServerResponse, next: Next): void {
      const policy = this.#policy
      this.#guard(req, res, (error) => {
        if (error === undefined) markPassed(policy, req)
        next(error)
      })
    }
  }
  Injectable()(RateLimitMiddleware)
  Inject(Engine)(RateLimitMiddleware, undefined, 0)
  return mixin(RateLimitMiddleware)
}

Injectable()(SpillwayMiddleware)
Inject(Engine)(SpillwayMiddleware, undefined, 0)
