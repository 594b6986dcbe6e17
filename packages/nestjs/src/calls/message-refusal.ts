/** Refusals in the way of gateways and microservices, whose packages need not be installed. */
import type { ExecutionContext } from '@nestjs/common'
import type { SpillwayException } from '../exception.ts'
import { throwRefusal } from './answer.ts'

/** What is sent as data of the event `exception`, and what callers of a microservice get as error. */
export interface RefusedMessage {
  readonly status: 'error'
  readonly message: string
  /** `TOO_MANY_REQUESTS` or `SERVICE_UNAVAILABLE`. */
  readonly code: string
  readonly reason: string
  readonly policy: string
  readonly retryAfterSeconds?: number
}

/** Throws a refusal as the exception that the transport's filters know: a WsException or an RpcException. */
export async function throwMessageRefusal(exception: SpillwayException, context: ExecutionContext): Promise<never> {
  const error = await throwRefusal(exception, context).catch((thrown: unknown) => thrown)
  if (error !== exception) throw error
  const message: RefusedMessage = { status: 'error', message: exception.message, ...exception.extensions }
  throw await transportException(context, { ...message })
}

/** The exception of the transport of a message. */
export async function transportException(context: ExecutionContext, error: string | object): Promise<Error> {
  if (context.getType() === 'ws') {
    const { WsException } = await import('@nestjs/websockets')
    return new WsException(error)
  }
  const { RpcException } = await import('@nestjs/microservices')
  return new RpcException(error)
}
