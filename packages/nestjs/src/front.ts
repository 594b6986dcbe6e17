/** The overload control before everything of Nest: the first thing that the platform does with a request. */
import type { ServerResponse } from 'node:http'
import type { HttpAdapterHost } from '@nestjs/core'
import type { HttpPolicy } from '@spillway/http'
import { RefusalError } from '@spillway/http'
import { createNodeGuard, refuseWith, writeRefusal } from '@spillway/http/node'
import type { NodeGuard, Refused } from '@spillway/http/node'
import type { Rejection } from '@spillway/core'
import { noteResponse } from './calls/http.ts'
import { SpillwayException } from './exception.ts'
import type { FrontHandler } from './options.ts'

/** Passed to `next` when the answer is given: on Fastify that has to be said. */
const answered: unique symbol = Symbol('spillway.answered')

/** Goes on, or ends with an error. */
type Next = (error?: unknown) => void

/** What is used of Fastify. */
interface FastifyInstance {
  addHook(
    name: 'onRequest',
    hook: (
      request: object,
      reply: { readonly raw: ServerResponse; hijack(): unknown },
      done: (error?: Error) => void,
    ) => void,
  ): unknown
}

/** Where a request is asked for the overload control, in the forms of both platforms. */
export class Front {
  readonly #guard: NodeGuard<object>
  #isInstalled = false

  constructor(policy: HttpPolicy<object>, handler: FrontHandler<never> | undefined) {
    this.#guard = createNodeGuard(policy, refuseInFront(handler))
  }

  /** As middleware of Express, or of middie on Fastify: there requests are those of node:http. */
  use(req: object, res: ServerResponse, next: Next): void {
    this.#guard(req, res, (error) => {
      if (error === answered) return
      next(error instanceof RefusalError ? exceptionOf(error) : error)
    })
  }

  /** Puts it first, once. False where there is no platform yet, or none that is known. */
  install(adapter: HttpAdapterHost['httpAdapter'] | undefined): boolean {
    if (this.#isInstalled) return true
    const type = typeof adapter?.getType === 'function' ? adapter.getType() : undefined
    if (adapter === undefined || (type !== 'express' && type !== 'fastify')) return false
    this.#isInstalled = true
    if (type === 'express') {
      adapter.use((...args: [object, ServerResponse, Next]) => this.use(...args))
    } else {
      this.#hook(adapter.getInstance<FastifyInstance>())
    }
    return true
  }

  #hook(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, reply, done) => {
      noteResponse(request, reply.raw)
      this.#guard(request, reply.raw, (error) => {
        if (error === answered) reply.hijack()
        else if (error === undefined) done()
        else done((error instanceof RefusalError ? exceptionOf(error) : error) as Error)
      })
    })
  }
}

function refuseInFront(handler: FrontHandler<never> | undefined): (refused: Refused<object>) => void {
  const handle = handler as FrontHandler<object> | undefined
  const byHandler =
    handle && refuseWith<object>((refused) => handle(refused.request, refused.res, refused.next, refused))
  return (refused) => {
    const { res, refusal, rejection, next } = refused
    if (rejection.reason === 'cancelled') return next(answered)
    if (byHandler !== undefined) return byHandler(refused)
    writeRefusal(res.req, res, refusal)
    next(answered)
  }
}

/** What Nest's exception filters know. */
function exceptionOf(error: RefusalError): SpillwayException {
  return new SpillwayException(error.cause as Rejection, error.refusal)
}
