/** Tells whoever routes traffic whether to send more of it here. */
import { createReadiness } from '@spillway/http'
import type { ReadinessOptions, ReadinessSource } from '@spillway/http'
import { toResponse } from '@spillway/http/web'
import type { Handler } from 'hono'

/**
 * Answers 200 `{"ready":true,...}` or 503 `{"ready":false,...}` with the reasons. A process that drains is not ready. One that is overloaded
 * is, unless the options say otherwise: it still serves as much as it can. Mount it before the control. Throws a TypeError or RangeError
 * for bad options.
 *
 * `app.get('/ready', readiness(control))`
 */
export function readiness(source: ReadinessSource, options: ReadinessOptions = {}): Handler {
  const judge = createReadiness(source, options)
  return function readinessHandler() {
    return toResponse(judge.answer())
  }
}
