/** What a request is, drawn when it starts: its route, class, key and work. */
import type { Random } from '../../clock.ts'
import type { Millis } from '../../ticket.ts'
import type { Plan } from './plan.ts'
import type { RequestInit } from './request.ts'

/** When it starts, and the chance that decides the rest. */
export interface Draw {
  readonly at: Millis
  /** 0 for the first try. */
  readonly attempt: number
  readonly random: Random
  /** How much work it is: a stream of its own, so that other loads meet the same requests. */
  readonly work: Random
}

export function drawRequest(plan: Plan, { at, attempt, random, work }: Draw): RequestInit {
  const route = plan.pickRoute(random)
  const priority = route.priority ?? plan.pickPriority(random)
  const key = plan.pickKey(random, at)
  const beforeMs = route.before.sample(work)
  const callMs = route.call.sample(work)
  const afterMs = route.after.sample(work)
  return { route, priority, key, attempt, beforeMs, callMs, afterMs }
}
