/** The platform's way to stop something. */
import type { JobSignal } from './job.ts'

/** As much of `AbortController` as is needed. */
export interface Controller {
  readonly signal: JobSignal
  abort(reason: unknown): void
}

// Declared here as clock.ts does for timers: core compiles without DOM and without Node types.
const host = globalThis as unknown as { AbortController: new () => Controller }

/** A signal nobody has fired yet. Costs a microsecond, so it is made only for jobs that look at theirs. */
export function createController(): Controller {
  return new host.AbortController()
}
