/** A policy that does what the test says and remembers what it was told. */
import { HttpTicket, type HttpPolicy } from '@spillway/http'
import type { Rejection, Verdict } from '@spillway/core'
import type { IncomingMessage } from 'node:http'

export interface FakePolicy extends HttpPolicy<IncomingMessage> {
  /** `enter`, `cancel`, and `leave` with its outcome, in order. */
  readonly calls: string[]
}

export const full: Rejection = { reason: 'concurrency', limiter: 'fake', retryAfterMs: 1000 }

const body = '{"full":true}'
const headers = ['Content-Type', 'application/problem+json', 'Content-Length', String(body.length)]

export function fakePolicy(
  enter: () => Verdict | Promise<Verdict> = () => undefined,
  overrides: Partial<HttpPolicy<IncomingMessage>> = {},
): FakePolicy {
  const calls: string[] = []
  return {
    calls,
    name: 'fake',
    mode: 'respond',
    skip: () => false,
    ticket: (req) => new HttpTicket(req, 0, { key: '', keys: undefined, cost: 1, priority: 1, deadline: Infinity }),
    enter: () => (calls.push('enter'), enter()),
    leave: (_ticket, outcome) => void calls.push(outcome),
    cancel: () => void calls.push('cancel'),
    outcome: (_ticket, status) => (status < 400 ? 'success' : 'dropped'),
    refuse: () => ({ status: 503, headers, body }),
    admitHeaders: () => undefined,
    info: () => undefined,
    ...overrides,
  }
}
