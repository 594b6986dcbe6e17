/** Places that all resolvers of one GraphQL request hold together. */
import type { Outcome, Verdict } from '@spillway/core'
import type { HttpPolicy, HttpTicket } from '@spillway/http'

/** The place of one request: who asked for it, what was said, and how many have it. */
interface Place {
  readonly owner: HttpTicket<object>
  readonly verdict: Verdict | Promise<Verdict>
  sharers: number
}

class SharedPlaces {
  readonly #policy: HttpPolicy<object>
  readonly #places = new WeakMap<object, Place>()

  constructor(policy: HttpPolicy<object>) {
    this.#policy = policy
  }

  enter(ticket: HttpTicket<object>): Verdict | Promise<Verdict> {
    const place = this.#places.get(ticket.req)
    if (place !== undefined) {
      place.sharers++
      return place.verdict
    }
    const verdict = this.#policy.enter(ticket)
    if (verdict !== undefined && !(verdict instanceof Promise)) return verdict
    const shared = verdict?.then((decided) => this.#decided(ticket, decided))
    this.#places.set(ticket.req, { owner: ticket, verdict: shared, sharers: 1 })
    return shared
  }

  leave(ticket: HttpTicket<object>, outcome: Outcome): void {
    const place = this.#release(ticket)
    if (place !== undefined) this.#policy.leave(place.owner, outcome)
  }

  cancel(ticket: HttpTicket<object>): void {
    const place = this.#release(ticket)
    if (place !== undefined) this.#policy.cancel(place.owner)
  }

  #decided(ticket: HttpTicket<object>, verdict: Verdict): Verdict {
    if (verdict !== undefined) this.#places.delete(ticket.req)
    return verdict
  }

  /** The place, when nobody has it any more. */
  #release({ req }: HttpTicket<object>): Place | undefined {
    const place = this.#places.get(req)
    if (place === undefined || --place.sharers > 0) return undefined
    this.#places.delete(req)
    return place
  }
}

/**
 * The same policy, where a request that holds a place, or waits for one, takes no second: its resolvers run side by side, and the first would
 * wait in vain for itself. The place is given back when the last of them has ended.
 */
export function onePerRequest(policy: HttpPolicy<object>): HttpPolicy<object> {
  const places = new SharedPlaces(policy)
  return {
    name: policy.name,
    mode: 'respond',
    skip: (req) => policy.skip(req),
    ticket: (req) => policy.ticket(req),
    enter: (ticket) => places.enter(ticket),
    leave: (ticket, outcome) => places.leave(ticket, outcome),
    cancel: (ticket) => places.cancel(ticket),
    outcome: (ticket, status) => policy.outcome(ticket, status),
    refuse: (ticket, rejection) => policy.refuse(ticket, rejection),
    admitHeaders: (ticket) => policy.admitHeaders(ticket),
    info: (ticket) => policy.info(ticket),
  }
}
