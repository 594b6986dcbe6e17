import { FixedLimit } from '@spillway/core'
import { createOverloadPolicy, createOverloadPolicyWith } from '@spillway/http'
import type { OverloadGate } from '@spillway/http'
import { expect, it } from 'vitest'
import { createEnvironment, reader, toObject } from './support.ts'

const full: OverloadGate = {
  enter: () => ({ reason: 'queue-full', limiter: 'queue', retryAfterMs: 1000 }),
  leave() {},
  cancel() {},
  arrived() {},
}

it('hands the control what HTTP does not know, and keeps the rest', () => {
  let given: object = {}
  const policy = createOverloadPolicyWith({
    reader,
    environment: createEnvironment(() => 0.999),
    options: { statusCode: 429, maxWaitMs: 5 },
    create(_environment, options: { maxWaitMs: number }) {
      given = options
      return full
    },
  })
  expect(given).toEqual({ maxWaitMs: 5 })
  const ticket = policy.ticket({ peer: '192.0.2.1' })
  expect(ticket.key).toBe('')
  const refusal = policy.refuse(ticket, { reason: 'queue-full', limiter: 'queue', retryAfterMs: 1000 })
  expect(refusal.status).toBe(429)
  expect(toObject(refusal.headers)['retry-after']).toBe('2')
  expect(policy.admitHeaders(ticket)).toBeUndefined()
})

it('tells the control of connections', () => {
  let arrivals = 0
  const create = (): OverloadGate => ({ ...full, arrived: () => void arrivals++ })
  const policy = createOverloadPolicyWith({ reader, environment: createEnvironment(), options: {}, create })
  policy.arrived()
  expect(arrivals).toBe(1)
  expect(policy.enter(policy.ticket({}))).toMatchObject({ reason: 'queue-full' })
})

it('starts in shadow with a share of 0, for `mode` says how refusals are answered, and changes while it runs', () => {
  const options = { mode: 'respond', enforceRatio: 0, maxQueue: 0, limit: new FixedLimit(1) } as const
  const policy = createOverloadPolicy(reader, createEnvironment(), options)
  const enter = () => policy.enter(policy.ticket({}))
  expect([enter(), enter()]).toEqual([undefined, undefined])
  expect(policy.control.snapshot().wouldRefuse['queue-full']).toBe(1)
  policy.control.update({ enforceRatio: 1 })
  expect(enter()).toMatchObject({ reason: 'queue-full' })
  policy.control.update({ mode: 'off' })
  expect(enter()).toBeUndefined()
})
