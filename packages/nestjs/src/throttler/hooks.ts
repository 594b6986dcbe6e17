/** What guards of throttlers let their subclasses change, and what it is without one. */
import type { ServerResponse } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'
import { ipKey } from '@spillway/http'
import { graphqlRequest } from '../calls/graphql.ts'
import { rawResponse } from '../calls/http.ts'
import { addressOf } from '../calls/message.ts'
import { transportException } from '../calls/message-refusal.ts'
import { ThrottlerException, throttlerMessage } from './exception.ts'
import type {
  ThrottlerGenerateKeyFunction,
  ThrottlerGetTrackerFunction,
  ThrottlerLimitDetail,
  ThrottlerModuleOptions,
} from './options.ts'

/** The request and response of a call; an empty object where there is none. */
export interface RequestResponse {
  readonly req: Record<string, never>
  readonly res: Record<string, never>
}

/** The steps of a throttler's guard. */
export interface ThrottleHooks {
  readonly getTracker: ThrottlerGetTrackerFunction
  readonly generateKey: ThrottlerGenerateKeyFunction
  getRequestResponse(context: ExecutionContext): RequestResponse
  setHeader(res: Record<string, never>, name: string, value: string | number): void
  fail(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<unknown>
}

/** The steps of a guard that nobody has changed. */
export function defaultHooks(options: ThrottlerModuleOptions): ThrottleHooks {
  return {
    getTracker: (req) => trackerOf(req, options),
    generateKey: keyOf,
    getRequestResponse: requestResponseOf,
    setHeader,
    async fail(context, detail) {
      throw await exceptionOf(context, messageOf(options, context, detail))
    },
  }
}

/** The address of the caller; IPv6 by its first 64 bits, unless the options say otherwise. */
export function trackerOf(req: object, options: ThrottlerModuleOptions): string {
  const { ipv6SubnetPrefix = 64 } = options as { ipv6SubnetPrefix?: number }
  const ipv6PrefixBits = Number.isFinite(ipv6SubnetPrefix)
    ? Math.min(Math.max(Math.trunc(ipv6SubnetPrefix), 1), 128)
    : 64
  return ipKey((req as { ip?: string }).ip, { ipv6PrefixBits })
}

const ids = new WeakMap<object, number>()
let lastId = 0

/** One counter per handler of a class, which is known by what it is and not by its name: others may have the same. */
export function keyOf(context: ExecutionContext, tracker: string, name: string): string {
  return `${idOf(context.getClass())}-${idOf(context.getHandler())}-${name}-${tracker}`
}

function idOf(target: object): number {
  let id = ids.get(target)
  if (id === undefined) ids.set(target, (id = ++lastId))
  return id
}

/** Of any kind of call: over HTTP, of a resolver, or of a message, which has an address at most. */
export function requestResponseOf(context: ExecutionContext): RequestResponse {
  const type: string = context.getType()
  if (type === 'http') {
    const http = context.switchToHttp()
    return { req: http.getRequest(), res: http.getResponse() }
  }
  if (type === 'graphql') {
    const { request, response = {} } = graphqlRequest(context)
    return { req: request, res: response } as RequestResponse
  }
  const client: unknown = type === 'ws' ? context.switchToWs().getClient() : context.switchToRpc().getContext()
  return { req: { headers: {}, ip: addressOf(client) }, res: {} } as unknown as RequestResponse
}

/** On whatever has headers. */
export function setHeader(res: Record<string, never>, name: string, value: string | number): void {
  const response = res as unknown as { header?: (name: string, value: string) => unknown }
  if (typeof response.header === 'function') {
    response.header(name, String(value))
    return
  }
  const raw: ServerResponse | undefined = rawResponse(res)
  if (raw !== undefined && !raw.headersSent) raw.setHeader(name, value)
}

/** The message of the options, or the usual one. */
export function messageOf(
  options: ThrottlerModuleOptions,
  context: ExecutionContext,
  detail: ThrottlerLimitDetail,
): string {
  const { errorMessage = throttlerMessage } = options as {
    errorMessage?: string | ((context: ExecutionContext, detail: ThrottlerLimitDetail) => string)
  }
  return typeof errorMessage === 'function' ? errorMessage(context, detail) : errorMessage
}

/** What the filters of the kind of call know. */
export async function exceptionOf(context: ExecutionContext, message: string): Promise<Error> {
  const type: string = context.getType()
  return type === 'ws' || type === 'rpc' ? transportException(context, message) : new ThrottlerException(message)
}
