/** Which handler of the user's a refusal belongs to: a call may stand before several policies, each with its own. */
import type { HttpPolicy, Refusal } from '@spillway/http'
import type { CallHandler } from '../options.ts'

const handlers = new WeakMap<Refusal, CallHandler>()

/** The same policy, whose refusals remember the handler. A policy prepares its refusals and shares them with nobody. */
export function remembering<Policy extends HttpPolicy<object>>(
  policy: Policy,
  handler: CallHandler | undefined,
): Policy {
  if (handler === undefined) return policy
  const refuse = policy.refuse.bind(policy)
  const remembered: Pick<HttpPolicy<object>, 'refuse'> = {
    refuse(ticket, rejection) {
      const refusal = refuse(ticket, rejection)
      handlers.set(refusal, handler)
      return refusal
    },
  }
  return Object.assign(policy, remembered)
}

/** The handler of the policy that made a refusal. */
export function handlerOf(refusal: Refusal): CallHandler | undefined {
  return handlers.get(refusal)
}
