/** The policy of the tests for node:http, for requests that are objects of any kind. */
import type { HttpPolicy } from '@spillway/http'
import type { Verdict } from '@spillway/core'
import { fakePolicy as fakeNodePolicy } from '../node/fake-policy.ts'

export { full } from '../node/fake-policy.ts'

export interface FakePolicy extends HttpPolicy<Request> {
  /** `enter`, `cancel`, and `leave` with its outcome, in order. */
  readonly calls: string[]
}

export function fakePolicy(
  enter?: () => Verdict | Promise<Verdict>,
  overrides: Partial<HttpPolicy<never>> = {},
): FakePolicy {
  // It looks into no request.
  const outcome: FakePolicy['outcome'] = (_ticket, status) =>
    status === 0 ? 'ignored' : status < 400 ? 'success' : 'dropped'
  return fakeNodePolicy(enter, { outcome, ...overrides }) as unknown as FakePolicy
}
