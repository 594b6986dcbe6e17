/** How a process is, as answers to whoever asks: ready to be written, by whatever framework. */

/** An answer that is ready to be written, like a refusal. */
export interface HealthAnswer {
  readonly status: 200 | 503
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** A JSON document. */
  readonly body: string
}

function answer(good: boolean, report: Readonly<Record<string, unknown>>): HealthAnswer {
  const body = JSON.stringify(report)
  const length = String(new TextEncoder().encode(body).length)
  const type = 'application/json; charset=utf-8'
  const headers = ['Content-Type', type, 'Content-Length', length, 'Cache-Control', 'no-store']
  return { status: good ? 200 : 503, headers, body }
}

/** Whether to send traffic, and why not, or what is amiss although it is. */
export interface ReadinessReport {
  readonly ready: boolean
  readonly reasons: readonly ReadinessReason[]
}

/**
 * `starting`: not started yet. `draining`: shutting down. `overloaded`: requests were refused within the last second, which alone does not
 * make a process unready. `utilized`: so highly, and for so long, that the option `unreadyAbove` takes it out.
 */
export type ReadinessReason = 'starting' | 'draining' | 'overloaded' | 'utilized'

const alive = answer(true, { live: true })
const started = answer(true, { started: true })
const starting = answer(false, { started: false })

/**
 * 200, always: that the process answers is all there is to know. It must never depend on load or on a store, for whoever asks restarts the
 * process when it fails, and a restart under overload hands its load to the others.
 */
export function livenessAnswer(): HealthAnswer {
  return alive
}

/** 200 once the process has started, 503 before: whoever asks then waits, and asks for nothing else. */
export function startupAnswer(isStarted: boolean): HealthAnswer {
  return isStarted ? started : starting
}

/** 200 or 503 with the report as JSON. */
export function readinessAnswer({ ready, reasons }: ReadinessReport): HealthAnswer {
  return answer(ready, { ready, reasons })
}
