/** The line of the paced gate: who goes first, who has to go, and how long anybody stays. */
import { createTicket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { occupied } from './desk.ts'

describe('PacedGate, the line', () => {
  it('starts the most important first, and among equals the first to come', async () => {
    const { desk, first } = await occupied()
    const order = [3, 1, 0, 2, 1, 0]
    order.forEach((priority, i) => desk.enter(`${i}`, priority))
    desk.gate.leave(first, 'success')
    desk.limit.set(100)
    for (let i = 0; i < 6; i++) await desk.turn(5)
    expect(desk.take()).toEqual(['2 yes', '5 yes', '1 yes', '4 yes', '3 yes', '0 yes'])
  })

  it('never overtakes those who wait, even when there is room', async () => {
    const { desk } = await occupied()
    desk.enter('a')
    desk.limit.set(2)
    desk.enter('b')
    expect(desk.take()).toEqual([])
  })

  it('refuses at once who finds no place', async () => {
    const { desk } = await occupied({ maxQueue: 2 })
    for (const key of ['a', 'b', 'c']) desk.enter(key)
    expect(desk.take()).toEqual(['c queue-full'])
  })

  it('sends away the newest of the least important for somebody who matters more', async () => {
    const { desk } = await occupied({ maxQueue: 3 })
    const priorities = { a: 3, b: 3, c: 1, d: 0, e: 0 }
    for (const [key, priority] of Object.entries(priorities)) desk.enter(key, priority)
    await desk.clock.flush()
    expect(desk.take()).toEqual(['b queue-full', 'a queue-full'])
    expect(desk.gate.snapshot().waiting).toBe(3)
  })

  it('lets nobody wait with a maxQueue of 0', async () => {
    const { desk, first } = await occupied({ maxQueue: 0 })
    desk.enter('a', 0)
    expect(desk.take()).toEqual(['a queue-full'])
    desk.gate.leave(first, 'success')
    desk.enter('b')
    expect(desk.take()).toEqual(['b yes'])
  })

  it('sends away who has waited as long as anybody may, though nothing ended', async () => {
    const { desk } = await occupied({ maxWaitMs: 50 })
    desk.enter('a')
    await desk.settle()
    await desk.turn(30)
    desk.enter('b')
    await desk.settle()
    await desk.clock.advance(20)
    expect(desk.take()).toEqual([])
    await desk.clock.advance(1)
    expect(desk.take()).toEqual(['a queue-timeout'])
    await desk.clock.advance(30)
    expect(desk.take()).toEqual(['b queue-timeout'])
  })

  it('sends away who has waited too long before it starts somebody fresher', async () => {
    const { desk, first } = await occupied({ maxWaitMs: 50 })
    desk.enter('a')
    await desk.clock.advance(40)
    desk.enter('b')
    desk.gate.leave(first, 'success')
    await desk.turn(15)
    expect(desk.take()).toEqual(['a queue-timeout', 'b yes'])
  })

  it('has one timer for all who wait', async () => {
    const { desk } = await occupied()
    for (let i = 0; i < 100; i++) desk.enter(`${i}`)
    await desk.settle()
    expect(desk.clock.pending).toBe(1)
  })

  it('tells who is refused to come back in as many seconds as the load is times too large', async () => {
    const { desk, first } = await occupied({ maxWaitMs: 100 })
    let running = first
    // Four come for each that ends, every 10 ms.
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 4; i++) desk.enter(`${round}`)
      desk.gate.leave(running, 'success')
      await desk.turn(10)
      running = createTicket(desk.clock.now())
    }
    const last = [1, 2, 3, 4].map(() => desk.gate.enter(createTicket(desk.clock.now()))).at(-1)
    expect(last).toEqual({ reason: 'queue-full', limiter: 'overload', retryAfterMs: 4000 })
  })
})
