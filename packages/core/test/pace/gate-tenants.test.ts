/** What the paced gate tells the book of tenants: who was let in, who was refused, who hung up. */
import { createTicket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { occupied } from './desk.ts'

/** Somebody starts every 10 ms. `greedy` comes three times as often, `modest` each fourth time; `fickle` comes and hangs up. */
async function crowd({ fickle = '' } = {}): Promise<string[]> {
  const { desk } = await occupied({ maxWaitMs: 200 })
  const rounds = 400
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 3; i++) desk.enter('greedy')
    if (round % 4 === 0) desk.enter('modest')
    if (fickle !== '') desk.gate.cancel(desk.enter(fickle))
    desk.gate.leave(createTicket(desk.now), 'success')
    await desk.turn(10)
    if (round === rounds / 2) desk.take()
  }
  return desk.take()
}

describe('PacedGate, tenants', () => {
  it('starts all that is asked for by one who wants less than its share, and lets the other have the rest', async () => {
    const heard = await crowd()
    expect(heard.filter((line) => line.startsWith('modest') && line !== 'modest yes')).toEqual([])
    expect(heard.filter((line) => line === 'greedy yes').length).toBeGreaterThan(140)
  })

  it('charges nobody for what hung up before it started', async () => {
    const heard = await crowd({ fickle: 'modest' })
    expect(heard).toContain('modest cancelled')
    expect(heard.filter((line) => line === 'modest queue-full' || line === 'modest queue-timeout')).toEqual([])
  })
})
