/** Messages of gateways and microservices: let in before their handler, and over when it is. */
import { HttpException, Inject, Injectable } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { finalize, type Observable, tap } from 'rxjs'
import { Admission } from './calls/admission.ts'
import { wasAsked } from './calls/message-guard.ts'
import { throwMessageRefusal } from './calls/message-refusal.ts'
import { MessageRequest, onDeparture } from './calls/message.ts'
import { setCost } from './limits/rate.ts'
import { Engine } from './engine.ts'

/**
 * Asks the overload control, and what the decorators of a handler say, for each message, and gives back when its handler has ended, failed, or
 * lost its client, at the latest after `maxHoldMs`. Lets everything else pass: requests over HTTP are the guard's.
 *
 * `@UseInterceptors(SpillwayInterceptor)` on a gateway, or on a controller with message patterns.
 */
export class SpillwayInterceptor implements NestInterceptor {
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const type = context.getType()
    if (type !== 'ws' && type !== 'rpc') return next.handle()
    const { plan, policy } = this.#engine.messages.of(context, wasAsked(context))
    if (policy === undefined) return next.handle()
    const request = new MessageRequest(context, plan)
    if (policy.skip(request)) return next.handle()
    setCost(request, plan.cost)
    const admission = new Admission(policy, request)
    const stop = onDeparture(request.client, () => admission.end(0))
    const verdict = admission.enter()
    if (verdict === undefined) return run(admission, next, stop)
    return Promise.resolve(verdict).then((no) => {
      if (no === undefined) return run(admission, next, stop)
      stop()
      return throwMessageRefusal(no, context)
    })
  }
}

function run(admission: Admission, next: CallHandler, stop: () => void): Observable<unknown> {
  // Unsubscribed before it completes: whoever asked has left.
  let status = 0
  return next.handle().pipe(
    tap({
      complete: () => void (status = 200),
      error: (error: unknown) => void (status = error instanceof HttpException ? error.getStatus() : 500),
    }),
    finalize(() => {
      stop()
      admission.end(status)
    }),
  )
}

Injectable()(SpillwayInterceptor)
Inject(Engine)(SpillwayInterceptor, undefined, 0)
