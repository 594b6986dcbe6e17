/** A concurrency limit that decorators name or carry. */
import type { Environment, Outcome, Verdict } from '@spillway/core'
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type {
  ConcurrencyLimitHandle,
  ConcurrencyLimitPolicy,
  HttpPolicy,
  HttpTicket,
  RefusalDetails,
} from '@spillway/http'
import type { CallHandler, NestConcurrencyLimitOptions } from '../options.ts'
import { callReaderFor } from '../reader.ts'
import { remembering } from './refusal-handlers.ts'

/** A concurrency limit and the means to look at it and change it while it runs. */
export interface NamedConcurrencyLimit extends ConcurrencyLimitHandle {
  readonly policy: ConcurrencyLimitPolicy<object>
  /** The same places, of which all resolvers of one request hold one together. */
  readonly perRequest: HttpPolicy<object>
}

/** Makes a concurrency limit. Throws a TypeError or RangeError for bad options. */
export function createPlaces(
  name: string | undefined,
  options: NestConcurrencyLimitOptions<never>,
  environment: Environment,
): NamedConcurrencyLimit {
  const { handler, rest } = takeHandler<CallHandler, typeof options>('concurrencyLimit', options)
  const named = name === undefined || rest.identifier !== undefined ? rest : { name, ...rest }
  const made = createConcurrencyPolicy<never>(callReaderFor({}), environment, named)
  const policy = remembering(made as unknown as ConcurrencyLimitPolicy<object>, handler)
  // Refusals of guards are exceptions in any mode, made by the guard.
  Object.assign(policy, { mode: 'respond' })
  return { policy, perRequest: perRequest(policy), ...concurrencyLimitHandle(policy) }
}

/** The place of one request: who took it, and what was said. */
interface Held {
  readonly owner: HttpTicket<object>
  readonly verdict: Verdict | Promise<Verdict>
  sharers: number
}

/**
 * A request that holds a place, or waits for one, takes no second: its resolvers run side by side, and the first would wait in vain for
 * itself. The place is given back when the last of them has ended.
 */
function perRequest(policy: HttpPolicy<object>): HttpPolicy<object> {
  const held = new WeakMap<object, Held>()
  const release = ({ req }: HttpTicket<object>): Held | undefined => {
    const place = held.get(req)
    if (place === undefined || --place.sharers > 0) return undefined
    held.delete(req)
    return place
  }
  return {
    name: policy.name,
    mode: 'respond',
    skip: (req) => policy.skip(req),
    ticket: (req) => policy.ticket(req),
    outcome: (ticket, status) => policy.outcome(ticket, status),
    refuse: (...details): RefusalDetails['refusal'] => policy.refuse(...details),
    admitHeaders: (ticket) => policy.admitHeaders(ticket),
    info: (ticket) => policy.info(ticket),
    enter(ticket) {
      const place = held.get(ticket.req)
      if (place !== undefined) {
        place.sharers++
        return place.verdict
      }
      const verdict = policy.enter(ticket)
      if (verdict !== undefined && !(verdict instanceof Promise)) return verdict
      const forget = (decided: Verdict): Verdict => {
        if (decided !== undefined) held.delete(ticket.req)
        return decided
      }
      const shared = verdict?.then(forget)
      held.set(ticket.req, { owner: ticket, verdict: shared, sharers: 1 })
      return shared
    },
    leave(ticket, outcome: Outcome) {
      const place = release(ticket)
      if (place !== undefined) policy.leave(place.owner, outcome)
    },
    cancel(ticket) {
      const place = release(ticket)
      if (place !== undefined) policy.cancel(place.owner)
    },
  }
}
