/** Rates of messages, by the guard alone: there is nothing to give back. */
import { Logger } from '@nestjs/common'
import type { ExecutionContext } from '@nestjs/common'
import { together, type Plan } from '../plan.ts'
import { setCost } from '../limits/rate.ts'
import { Admission } from './admission.ts'
import { throwMessageRefusal } from './message-refusal.ts'
import { MessageRequest } from './message.ts'

/** Calls whose rates were asked. Guards and interceptors of one call share its arguments. */
const asked = new WeakSet<object>()

/** Whether the guard has asked for the rates of this call. */
export function wasAsked(context: ExecutionContext): boolean {
  return asked.has(context.getArgs())
}

const warned = new WeakSet<Plan>()

/** Asks for the rates of a message, once however many guards there are. */
export function guardMessage(plan: Plan, context: ExecutionContext): true | Promise<true> {
  if (wasAsked(context)) return true
  asked.add(context.getArgs())
  if (plan.places.length > 0 && !warned.has(plan)) warn(plan, context)
  const policy = together(plan.rates)
  if (policy === undefined) return true
  const request = new MessageRequest(context, plan)
  if (policy.skip(request)) return true
  setCost(request, plan.cost)
  const admission = new Admission(policy, request)
  const verdict = admission.enter()
  if (verdict === undefined) {
    admission.end(200)
    return true
  }
  return Promise.resolve(verdict).then((no) => (no === undefined ? true : throwMessageRefusal(no, context)))
}

function warn(plan: Plan, context: ExecutionContext): void {
  warned.add(plan)
  const handler = `${context.getClass().name}.${context.getHandler().name}`
  new Logger('SpillwayGuard').warn(
    `@ConcurrencyLimit on ${handler} needs @UseInterceptors(SpillwayInterceptor), unless that is global: a guard does not hear when a message was handled.`,
  )
}
