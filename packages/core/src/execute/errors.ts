/** Why a job that was let in has no result. */
import type { CancelSignal } from '../run.ts'
import type { Millis } from '../ticket.ts'

/** The job took longer than its `timeoutMs`. Its `name` is that of the platform's own error: `TimeoutError`. */
export class JobTimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly timeoutMs: Millis

  constructor(timeoutMs: Millis) {
    super(`the job took longer than ${timeoutMs} ms`)
    this.timeoutMs = timeoutMs
  }
}

/** The caller's signal fired and gave no reason of its own. Its `name` is that of the platform's own error: `AbortError`. */
export class JobAbortedError extends Error {
  override readonly name = 'AbortError'

  constructor() {
    super('the job was aborted')
  }
}

/** What a promise rejects with when `signal` has fired: its reason, as with `fetch`. */
export function abortReason(signal: CancelSignal & { readonly reason?: unknown }): unknown {
  return signal.reason ?? new JobAbortedError()
}
