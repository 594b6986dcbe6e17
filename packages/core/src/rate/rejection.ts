/** Refusals of rate limits. */
import type { Millis, Reason, Rejection } from '../ticket.ts'

/** A refusal with a time that depends on the state: the only thing that a rate limiter allocates. */
export function refuse(reason: Reason, limiter: string, retryAfterMs: Millis): Rejection {
  return { reason, limiter, retryAfterMs }
}

/** The refusal of what will never fit: made once per limiter. */
export function refuseForever(reason: Reason, limiter: string): Rejection {
  return Object.freeze({ reason, limiter, retryAfterMs: Infinity })
}
