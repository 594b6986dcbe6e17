/** What stands before the messages of each handler. */
import type { ExecutionContext } from '@nestjs/common'
import type { Clock } from '@spillway/core'
import type { HttpPolicy } from '@spillway/http'
import { leased } from '@spillway/http/node'
import { type Plan, type Plans, together } from './plan.ts'

/** How messages are asked for. */
export interface MessagePoliciesInit {
  readonly plans: Plans
  /** For handlers without decorators. */
  readonly unmarked: Plan
  readonly overload: HttpPolicy<object> | undefined
  readonly maxHoldMs: number
  readonly clock: Clock
}

interface Policies {
  readonly whole: HttpPolicy<object> | undefined
  /** Where the guard has asked for the rates. */
  readonly withoutRates: HttpPolicy<object> | undefined
}

/** Policies of messages: rates first, which take nothing that time gives back, then the overload control, then places. */
export class MessagePolicies {
  readonly #init: MessagePoliciesInit
  readonly #made = new WeakMap<Plan, Policies>()

  constructor(init: MessagePoliciesInit) {
    this.#init = init
  }

  /** What a message has to pass; `undefined` for nothing. */
  of(
    context: ExecutionContext,
    ratesAsked: boolean,
  ): { readonly plan: Plan; readonly policy: HttpPolicy<object> | undefined } {
    const { plans, unmarked } = this.#init
    const plan = plans.of(context.getClass(), context.getHandler()) ?? unmarked
    let policies = this.#made.get(plan)
    if (policies === undefined) this.#made.set(plan, (policies = this.#make(plan)))
    return { plan, policy: ratesAsked ? policies.withoutRates : policies.whole }
  }

  #make(plan: Plan): Policies {
    const overload = plan.marks.skipsOverload ? undefined : this.#init.overload
    return {
      whole: this.#bounded([...plan.rates, overload, ...plan.places]),
      withoutRates: this.#bounded([overload, ...plan.places]),
    }
  }

  #bounded(policies: readonly (HttpPolicy<object> | undefined)[]): HttpPolicy<object> | undefined {
    const { maxHoldMs, clock } = this.#init
    const policy = together(policies)
    return policy && leased(policy, { maxHoldMs, clock })
  }
}
