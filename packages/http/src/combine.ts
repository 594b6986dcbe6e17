/** Several policies as one: a request that one of them refuses costs nothing at the others. */
import { series } from '@spillway/core'
import type { Gate, Millis, Outcome, Rejection, Verdict } from '@spillway/core'
import { outcomeOf } from './outcome.ts'
import type { HttpPolicy, RateLimitInfo, Refusal } from './policy.ts'
import { HttpTicket } from './ticket.ts'

/** One ticket per policy, for each reads the request in its own way; `undefined` where it is skipped. */
interface CombinedTicket<Req> extends HttpTicket<Req> {
  readonly parts: readonly (HttpTicket<Req> | undefined)[]
  /** Who said no. */
  refusedBy: number
  /** Of the response, when it is over and was completed. */
  status: number | undefined
}

/** One of the policies as a gate, so that `series` of core asks, waits, cancels and revokes. */
class PolicyGate<Req> implements Gate {
  readonly #policy: HttpPolicy<Req>
  readonly #index: number

  constructor(policy: HttpPolicy<Req>, index: number) {
    this.#policy = policy
    this.#index = index
  }

  enter(ticket: CombinedTicket<Req>): Verdict | Promise<Verdict> {
    const part = ticket.parts[this.#index]
    if (part === undefined) return undefined
    // It may have waited at the one before.
    if (part.startedAt < ticket.startedAt) part.startedAt = ticket.startedAt
    const verdict = this.#policy.enter(part)
    if (!(verdict instanceof Promise)) return this.#heard(ticket, part.startedAt, verdict)
    return verdict.then((decided) => this.#heard(ticket, part.startedAt, decided))
  }

  leave(ticket: CombinedTicket<Req>, outcome: Outcome): void {
    const part = ticket.parts[this.#index]
    if (part === undefined) return
    const { status } = ticket
    this.#policy.leave(part, status === undefined ? outcome : this.#policy.outcome(part, status))
  }

  cancel(ticket: CombinedTicket<Req>): void {
    const part = ticket.parts[this.#index]
    if (part !== undefined) this.#policy.cancel(part)
  }

  #heard(ticket: CombinedTicket<Req>, startedAt: Millis, verdict: Verdict): Verdict {
    if (verdict === undefined) ticket.startedAt = startedAt
    else ticket.refusedBy = this.#index
    return verdict
  }
}

class CombinedPolicy<Req> implements HttpPolicy<Req> {
  readonly name: string
  readonly mode = 'respond'
  readonly settlesAtOnce: boolean
  readonly #policies: readonly HttpPolicy<Req>[]
  readonly #gate: Gate

  constructor(policies: readonly HttpPolicy<Req>[]) {
    this.name = policies.map(({ name }) => name).join('+')
    this.settlesAtOnce = policies.every((policy) => policy.settlesAtOnce === true)
    this.#policies = policies
    this.#gate = series(...policies.map((policy, i) => new PolicyGate(policy, i) as Gate))
  }

  get callbackFailures(): number {
    return this.#policies.reduce((sum, { callbackFailures = 0 }) => sum + callbackFailures, 0)
  }

  skip(req: Req): boolean {
    return this.#policies.every((policy) => policy.skip(req))
  }

  ticket(req: Req): CombinedTicket<Req> {
    const parts = this.#policies.map((policy) => (policy.skip(req) ? undefined : policy.ticket(req)))
    const first = parts.find((part) => part !== undefined)
    const { key = '', keys, cost = 1, priority = 1, deadline = Infinity, arrivedAt = 0 } = first ?? {}
    const ticket = new HttpTicket(req, arrivedAt, { key, keys, cost, priority, deadline })
    return Object.assign(ticket, { parts, refusedBy: 0, status: undefined })
  }

  enter(ticket: CombinedTicket<Req>): Verdict | Promise<Verdict> {
    return this.#gate.enter(ticket)
  }

  leave(ticket: CombinedTicket<Req>, outcome: Outcome): void {
    this.#gate.leave(ticket, outcome)
  }

  cancel(ticket: CombinedTicket<Req>): void {
    this.#gate.cancel(ticket)
  }

  /** The answer for all of them; each is told its own when the ticket leaves. */
  outcome(ticket: CombinedTicket<Req>, status: number): Outcome {
    ticket.status = status
    return outcomeOf(status)
  }

  refuse(ticket: CombinedTicket<Req>, rejection: Rejection): Refusal {
    const policy = this.#policies[ticket.refusedBy] as HttpPolicy<Req>
    return policy.refuse(ticket.parts[ticket.refusedBy] ?? ticket, rejection)
  }

  admitHeaders(ticket: CombinedTicket<Req>): readonly string[] | undefined {
    const merged = new Map<string, string>()
    let least = Infinity
    for (const [policy, part] of this.#asked(ticket)) {
      const headers = policy.admitHeaders(part)
      if (headers === undefined) continue
      const { remaining = Infinity } = policy.info(part) ?? {}
      const isStrictest = remaining < least
      least = Math.min(least, remaining)
      merge(merged, headers, isStrictest)
    }
    return merged.size === 0 ? undefined : [...merged].flat()
  }

  info(ticket: CombinedTicket<Req>): RateLimitInfo | undefined {
    const infos = this.#asked(ticket).flatMap(([policy, part]) => policy.info(part) ?? [])
    return infos.reduce<RateLimitInfo | undefined>(
      (strictest, info) => (strictest !== undefined && strictest.remaining <= info.remaining ? strictest : info),
      undefined,
    )
  }

  #asked(ticket: CombinedTicket<Req>): readonly (readonly [HttpPolicy<Req>, HttpTicket<Req>])[] {
    return this.#policies.flatMap((policy, i) => {
      const part = ticket.parts[i]
      return part === undefined ? [] : [[policy, part] as const]
    })
  }
}

/** Fields that are lists name every quota; of the others there can be one, and the quota with the least left has it. */
function merge(merged: Map<string, string>, headers: readonly string[], isStrictest: boolean): void {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const [name, value] = [headers[i] as string, headers[i + 1] as string]
    const before = merged.get(name)
    if (before !== undefined && (name === 'RateLimit' || name === 'RateLimit-Policy')) {
      merged.set(name, `${before}, ${value}`)
    } else if (before === undefined || isStrictest) {
      merged.set(name, value)
    }
  }
}

/**
 * One policy that admits what every one of `policies` admits, asked in this order, each with its own key, cost and headers. Who is refused
 * by one gives back what the others took, so a refusal costs no quota anywhere. Put what never waits first. Its mode is `respond`, whatever
 * theirs is. Throws a RangeError without any policy.
 */
export function combinePolicies<Req>(policies: readonly HttpPolicy<Req>[]): HttpPolicy<Req> {
  const [first, ...others] = policies
  if (first === undefined) throw new RangeError('combinePolicies: needs at least one policy, got none')
  return others.length === 0 ? first : new CombinedPolicy(policies)
}
