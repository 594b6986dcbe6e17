/** Calls over HTTP: let in by the guard, and over when the response is. */
import type { ServerResponse } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'
import type { HttpAdapterHost } from '@nestjs/core'
import type { HttpPolicy } from '@spillway/http'
import { createNodeGuard, type NodeGuard, refuseWith, type Refused } from '@spillway/http/node'
import { headerOf, SpillwayException } from '../exception.ts'
import { rawRequest } from '../reader.ts'
import { goneException } from './admission.ts'
import { throwRefusal } from './answer.ts'

/** What the platform makes of a response. */
type PlatformResponse = ServerResponse & { readonly raw?: ServerResponse; readonly sent?: boolean }

/** What is needed of Nest's adapter. */
type Adapter = Pick<HttpAdapterHost['httpAdapter'], 'setHeader'>

/** The guard of a policy whose refusals are exceptions; status and headers of the response are set. */
export function createCallGuard(policy: HttpPolicy<object>): NodeGuard<object> {
  const refuse = refuseWith<object>(({ next, rejection, refusal }) => next(new SpillwayException(rejection, refusal)))
  return createNodeGuard(policy, (refused: Refused<object>) => {
    if (refused.rejection.reason === 'cancelled') return refused.next(goneException(refused.rejection))
    refuse(refused)
    // The client is there, but its answer has begun: nobody waits for another.
    if (refused.res.headersSent) refused.next(goneException(refused.rejection))
  })
}

/** The response of node:http below that of the platform; `undefined` for what is none, as in tests that call by hand. */
export function rawResponse(response: unknown): ServerResponse | undefined {
  if (typeof response !== 'object' || response === null) return undefined
  const raw = (response as PlatformResponse).raw ?? (response as ServerResponse)
  return typeof raw.on === 'function' && 'req' in raw ? raw : undefined
}

const responses = new WeakMap<object, ServerResponse>()

/** Notes which response belongs to a request, where the platform does not link them. */
export function noteResponse(request: object, res: ServerResponse): void {
  responses.set(rawRequest(request), res)
}

/** The response that was noted for a request. */
export function notedResponse(request: object): ServerResponse | undefined {
  return responses.get(rawRequest(request))
}

/** Asks on behalf of a call. `true`, or a promise of it, lets it in; exceptions do not. */
export function guardHttp(guard: NodeGuard<object>, context: ExecutionContext, adapter: Adapter): true | Promise<true> {
  const http = context.switchToHttp()
  const response = http.getResponse<PlatformResponse>()
  const res = rawResponse(response)
  if (res === undefined) return true
  let answer: { readonly error: unknown } | undefined
  let tell: (() => void) | undefined
  guard(http.getRequest<object>(), res, (error) => {
    answer = { error }
    tell?.()
  })
  const settled = (): true | Promise<true> => {
    if (answer?.error === undefined) return true
    return fail(answer.error, { context, adapter, response })
  }
  if (answer !== undefined) return settled()
  return new Promise<void>((resolve) => (tell = resolve)).then(settled)
}

interface Call {
  readonly context: ExecutionContext
  readonly adapter: Adapter
  readonly response: PlatformResponse
}

function fail(error: unknown, { context, adapter, response }: Call): Promise<never> {
  if (!(error instanceof SpillwayException)) return Promise.reject(error)
  labelWhenWritten(error, adapter, response)
  return throwRefusal(error, context, () => response.sent === true || rawResponse(response)?.headersSent === true)
}

/**
 * Sets the content type when the body is turned into JSON. Set before, Nest 11 would take it for a mistake, say so in the log and replace it; and
 * filters that answer with another body would send that under our label.
 */
function labelWhenWritten(error: SpillwayException, adapter: Adapter, response: PlatformResponse): void {
  const type = headerOf(error.refusal, 'Content-Type')
  const body = error.getResponse()
  if (typeof body === 'string' || type?.includes('json') !== true) return
  const toJSON = (): object => {
    if (rawResponse(response)?.headersSent === false) adapter.setHeader(response, 'Content-Type', type)
    return Array.isArray(body) ? [...(body as unknown[])] : { ...body }
  }
  Object.defineProperty(body, 'toJSON', { value: toJSON })
}
