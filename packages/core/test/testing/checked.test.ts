/** The limiter that is watched for breaches of its contract. */
import { createTicket, type Limiter, type Verdict } from '@spillway/core'
import { checked } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Budget } from '../support/limiters.ts'

test('passes everything on while the contract is kept', () => {
  const limiter = checked(new Budget(1))
  const ticket = createTicket(0)
  expect(limiter.name).toBe('budget')
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.inflight).toBe(1)
  expect(limiter.admit(createTicket(0), 0)).toMatchObject({ reason: 'rate' })
  limiter.settle(ticket, 0, 'revoked')
  expect(limiter.admit(ticket, 0)).toBeUndefined()
})

test('throws when a ticket is settled twice, never admitted, or admitted twice', () => {
  const limiter = checked(new Budget(5))
  const ticket = createTicket(0)
  expect(() => limiter.settle(ticket, 0, 'success')).toThrow(/settled twice/)
  limiter.admit(ticket, 0)
  expect(() => limiter.admit(ticket, 0)).toThrow(/admitted twice/)
  limiter.settle(ticket, 0, 'success')
  expect(() => limiter.settle(ticket, 0, 'success')).toThrow(/settled twice/)
})

const broken = (parts: Partial<Limiter> & { inflight?: number }): Limiter => ({
  name: 'broken',
  admit: () => undefined,
  settle: () => {},
  ...parts,
})
const fail = (): never => {
  throw new Error('why')
}

test('throws when the limiter does, with its error as the cause', () => {
  expect(() => checked(broken({ admit: fail })).admit(createTicket(0), 0)).toThrow(/broken: admit threw/)
  const limiter = checked(broken({ settle: fail }))
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  expect(() => limiter.settle(ticket, 0, 'success')).toThrow(expect.objectContaining({ cause: new Error('why') }))
})

test('throws on a negative number in flight and on refusals that make no sense', () => {
  expect(() => checked(broken({ inflight: -1 })).admit(createTicket(0), 0)).toThrow(/inflight is -1/)
  for (const no of [
    { reason: 'rate', limiter: 'x', retryAfterMs: Number.NaN },
    { reason: 'rate', limiter: 'x', retryAfterMs: -1 },
    { reason: 'rate', retryAfterMs: 1 },
  ]) {
    expect(() => checked(broken({ admit: () => no as Verdict })).admit(createTicket(0), 0)).toThrow(/broken: /)
  }
})
