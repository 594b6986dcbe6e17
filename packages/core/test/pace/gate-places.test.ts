/** What the paced gate tells its allowance: starts, refusals, idle time; all of them change how many may wait. */
import { createTicket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { occupied, type Desk } from './desk.ts'

/** How many find a place in the line of a desk whose limiter is full. */
function places(desk: Desk): number {
  desk.take()
  let entered = 0
  while (desk.heard.length === 0 && entered < 1000) {
    desk.enter('x')
    entered++
  }
  return entered - 1
}

/** Twice as much as can be served for a while, in bunches that end at one instant. */
async function overloaded(bunch: number): Promise<Desk> {
  const { desk } = await occupied({ limit: bunch, maxWaitMs: 1000, minQueue: 0 })
  for (let i = 1; i < bunch; i++) desk.enter('first')
  await desk.settle()
  for (let round = 0; round < 300; round++) {
    for (let i = 0; i < 2 * bunch; i++) desk.enter('x')
    for (let i = 0; i < bunch; i++) desk.gate.leave(createTicket(desk.now), 'success')
    await desk.turn(10 * bunch)
    await desk.settle()
  }
  return desk
}

describe('PacedGate, places', () => {
  it('has more of them where more start at once', async () => {
    expect(places(await overloaded(1))).toBeLessThan(3)
    expect(places(await overloaded(5))).toBeGreaterThanOrEqual(4)
  })

  it('has more of them after the server stood idle soon after refusals', async () => {
    const run = async (idleMs: number): Promise<number> => {
      const desk = await overloaded(1)
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 12; j++) desk.enter('x')
        // All leave, and nobody comes for a while.
        while (desk.gate.snapshot().waiting > 0) {
          desk.gate.leave(createTicket(desk.now), 'success')
          await desk.turn(10)
        }
        desk.gate.leave(createTicket(desk.now), 'success')
        await desk.settle()
        await desk.clock.advance(idleMs)
        desk.enter('y')
        await desk.settle()
      }
      return places(desk)
    }
    // What is offered is forgotten in the longer pauses too, which alone would make it 12.
    expect(await run(15)).toBeLessThan(6)
    expect(await run(30)).toBeGreaterThan(24)
  })

  it('lets nobody wait much longer than a full line takes, even when nothing starts any more', async () => {
    const desk = await overloaded(1)
    places(desk)
    const from = desk.clock.now()
    while (desk.gate.snapshot().waiting > 0 && desk.clock.now() < from + 1000) {
      await desk.clock.advance(1)
      await desk.settle()
    }
    expect(desk.clock.now() - from).toBeLessThan(100)
  })
})
