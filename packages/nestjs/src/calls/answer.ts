/** From a refusal to what Nest's exception filters get, with a handler of the user's in between. */
import type { ExecutionContext } from '@nestjs/common'
import type { SpillwayException } from '../exception.ts'
import { handlerOf } from '../limits/refusal-handlers.ts'

/**
 * Throws the exception, unless its policy has a handler: what that throws goes before it. Where the handler has answered by itself, as
 * `isAnswered` tells, nothing may follow.
 */
export function throwRefusal(
  exception: SpillwayException,
  context: ExecutionContext,
  isAnswered: () => boolean = () => false,
): Promise<never> {
  const handler = handlerOf(exception.refusal)
  if (handler === undefined) return Promise.reject(exception)
  return ask(exception, isAnswered, () => handler(context, exception))
}

async function ask(exception: SpillwayException, isAnswered: () => boolean, handle: () => unknown): Promise<never> {
  await handle()
  // why: a guard that says no makes Nest answer 403, and filters would write to a response that is over. The promise holds nothing and goes
  // with the request.
  if (isAnswered()) return new Promise<never>(() => {})
  throw exception
}
