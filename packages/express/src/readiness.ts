/** Tells whoever routes traffic whether to send more of it here. */
import type { RequestHandler } from 'express'

/** What is asked whether the process is ready; overload controls are such a source. */
export interface ReadinessSource {
  snapshot(): {
    /** The process shuts down. */
    readonly draining: boolean
    /** Requests are being refused. */
    readonly overloaded: boolean
  }
}

/** When not to be ready. */
export interface ReadinessOptions {
  /**
   * Also answers 503 while requests are refused; default false. Only for routers that spread the load then: when all instances are
   * overloaded at once, an orchestrator that takes them all out turns an overload into an outage.
   */
  readonly failWhenOverloaded?: boolean
}

/**
 * Answers 200 `{"ready":true,...}` or 503 `{"ready":false,...}` with the reasons. A process that drains is not ready. One that is
 * overloaded is, unless `failWhenOverloaded` says otherwise: it still serves as much as it can. Mount it before the control.
 *
 * `app.get('/ready', readiness(control))`
 */
export function readiness(source: ReadinessSource, options: ReadinessOptions = {}): RequestHandler {
  const { failWhenOverloaded = false } = options
  return function readinessMiddleware(_req, res): void {
    const { draining, overloaded } = source.snapshot()
    const ready = !draining && !(failWhenOverloaded && overloaded)
    const reasons = [...(draining ? ['draining'] : []), ...(overloaded ? ['overloaded'] : [])]
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready, reasons })
  }
}
