/** What the status of an answer says about load. */
import { checkFunction } from '@spillway/core'
import type { Outcome } from '@spillway/core'
import type { Callbacks } from './callbacks.ts'
import { checkFlag } from './options.ts'
import type { HttpOptions } from './options.ts'

/**
 * 503 and 504 are `dropped`: whoever answers them was overloaded or waited in vain. 2xx and 3xx are `success`: their time is
 * a sample. Everything else is `ignored`: a client's error may be answered before any work is done, a 500 is a fault
 * and a fault is quick (taking either for load would let a bug close the server), and a 429 is about the caller. So are
 * 1xx, which end as another protocol, and 0, an answer that nobody waited for.
 */
export function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 400) return 'success'
  return status === 503 || status === 504 ? 'dropped' : 'ignored'
}

/** {@link outcomeOf}, with requests given back as the options say: what is `revoked` never happened. */
export function createOutcome<Req>(
  owner: string,
  options: HttpOptions<Req>,
  callbacks: Callbacks,
): (req: Req, status: number) => Outcome {
  const skipFailed = checkFlag(owner, 'skipFailedRequests', options.skipFailedRequests)
  const skipSuccessful = checkFlag(owner, 'skipSuccessfulRequests', options.skipSuccessfulRequests)
  const { requestWasSuccessful } = options
  if (requestWasSuccessful !== undefined) checkFunction(owner, 'requestWasSuccessful', requestWasSuccessful)
  if (!skipFailed && !skipSuccessful) return (_req, status) => outcomeOf(status)
  const ask = requestWasSuccessful && callbacks.guard('requestWasSuccessful', requestWasSuccessful, Boolean)
  return (req, status) => {
    // 0 is a response that was not completed: it failed, whatever it would have said.
    const successful = status !== 0 && (ask?.(req, status) ?? status < 400)
    return (successful ? skipSuccessful : skipFailed) ? 'revoked' : outcomeOf(status)
  }
}
