/** Tells whoever routes traffic whether to send more of it here. */
import { createReadiness } from '@spillway/http'
import type { ReadinessOptions, ReadinessSource } from '@spillway/http'
import type { Middleware } from 'koa'
import { answer } from './refusal.ts'

/**
 * Answers 200 `{"ready":true,...}` or 503 `{"ready":false,...}` with the reasons. A process that drains is not ready. One that is overloaded
 * is, unless the options say otherwise: it still serves as much as it can. Mount it before the control. Throws a TypeError or RangeError
 * for bad options.
 *
 * `router.get('/ready', readiness(control))`
 */
export function readiness(source: ReadinessSource, options: ReadinessOptions = {}): Middleware {
  const judge = createReadiness(source, options)
  return function readinessMiddleware(ctx): void {
    answer(ctx, judge.answer())
  }
}
