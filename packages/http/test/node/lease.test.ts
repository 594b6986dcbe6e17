/** Places that are taken back. */
import type { IncomingMessage } from 'node:http'
import { VirtualClock } from '@spillway/core/testing'
import { leased } from '@spillway/http/node'
import { describe, expect, it } from 'vitest'
import { fakePolicy, full } from './fake-policy.ts'

function enter(policy: ReturnType<typeof leased<IncomingMessage>>, url: string) {
  const ticket = policy.ticket({ url } as IncomingMessage)
  return { ticket, verdict: policy.enter(ticket) }
}

describe('leased', () => {
  it('gives each place back at its own age, once, and tells of it', async () => {
    const clock = new VirtualClock()
    const inner = fakePolicy()
    const expired: string[] = []
    const policy = leased(inner, {
      maxHoldMs: 100,
      clock,
      onExpire: (req) => expired.push((req as { url: string }).url),
    })
    const first = enter(policy, '/1')
    await clock.advance(60)
    enter(policy, '/2')
    await clock.advance(40)
    expect(expired).toEqual(['/1'])
    policy.leave(first.ticket, 'success')
    expect(inner.calls).toEqual(['enter', 'enter', 'ignored'])
    await clock.advance(60)
    expect(expired).toEqual(['/1', '/2'])
  })

  it('says nothing about requests that end in time', async () => {
    const clock = new VirtualClock()
    const inner = fakePolicy()
    const policy = leased(inner, { maxHoldMs: 100, clock })
    const { ticket } = enter(policy, '/')
    await clock.advance(99)
    policy.leave(ticket, 'success')
    await clock.advance(1000)
    expect(inner.calls).toEqual(['enter', 'success'])
  })

  it('holds nothing for requests that were refused', async () => {
    const clock = new VirtualClock()
    const inner = fakePolicy(() => Promise.resolve(full))
    const policy = leased(inner, { maxHoldMs: 100, clock })
    expect(await enter(policy, '/').verdict).toBe(full)
    await clock.advance(1000)
    expect(inner.calls).toEqual(['enter'])
  })

  it('goes on when the callback throws', async () => {
    const clock = new VirtualClock()
    const inner = fakePolicy()
    const onExpire = (): never => {
      throw new Error('a fault')
    }
    const policy = leased(inner, { maxHoldMs: 10, clock, onExpire })
    enter(policy, '/1')
    enter(policy, '/2')
    await clock.advance(10)
    expect(inner.calls).toEqual(['enter', 'enter', 'ignored', 'ignored'])
  })
})
