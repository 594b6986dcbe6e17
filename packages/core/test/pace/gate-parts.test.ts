/** What the paced gate asks of its loop and its timer, and what it tells its parts. */
import { describe, expect, it } from 'vitest'

import { Budget } from '../support/limiters.ts'
import { Desk, occupied } from './desk.ts'

describe('PacedGate, what it asks of the loop', () => {
  it('asks for a turn once in a millisecond at most while nobody waits', async () => {
    const desk = new Desk()
    desk.enter('a')
    await desk.settle()
    await desk.clock.advance(0.5)
    desk.enter('b')
    expect(desk.loop.queued).toBe(0)
    await desk.clock.advance(0.5)
    desk.enter('c')
    expect(desk.loop.queued).toBe(1)
  })

  it('lets in at once in a turn that began late in the life of the process', async () => {
    const desk = new Desk()
    await desk.clock.advance(1000)
    for (const key of ['a', 'b']) desk.enter(key)
    expect(desk.take()).toEqual(['a yes', 'b yes'])
  })

  it('asks for one turn however often it is updated, and for none while nobody waits', async () => {
    const { desk } = await occupied()
    desk.gate.update({ maxQueue: 5 })
    expect(desk.loop.queued).toBe(0)
    desk.enter('a')
    desk.gate.update({ maxQueue: 6 })
    expect(desk.loop.queued).toBe(1)
  })

  it('asks for one more turn after the last waiter has started, for whoever stands outside', async () => {
    const { desk, first } = await occupied()
    desk.enter('a')
    await desk.settle()
    desk.gate.leave(first, 'success')
    await desk.turn(5)
    expect([desk.take(), desk.loop.queued]).toEqual([['a yes'], 1])
    await desk.turn()
    expect(desk.loop.queued).toBe(0)
  })

  it('asks for nothing more when all who waited have been sent away', async () => {
    const { desk } = await occupied({ maxWaitMs: 50 })
    desk.enter('a')
    await desk.settle()
    await desk.clock.advance(51)
    expect(desk.take()).toEqual(['a queue-timeout'])
    expect([desk.loop.queued, desk.clock.pending]).toEqual([0, 0])
  })
})

describe('PacedGate, its timer', () => {
  it('leaves to a turn that is due what it would do', async () => {
    const { desk, first } = await occupied({ maxWaitMs: 50 })
    desk.enter('a')
    await desk.settle()
    await desk.clock.advance(49)
    desk.gate.leave(first, 'success')
    await desk.clock.advance(1)
    expect(desk.take()).toEqual([])
    await desk.turn()
    expect(desk.take()).toEqual(['a yes'])
  })

  it('fires when somebody has waited too long, not in between', async () => {
    const { desk } = await occupied({ maxWaitMs: 50 })
    desk.enter('a')
    await desk.settle()
    // Once when waiting longer would be too long, and once when it is.
    expect(await desk.clock.runAll()).toBe(2)
    expect(desk.take()).toEqual(['a queue-timeout'])
  })

  it('fires as early as the pace of the line says that nobody will get that far', async () => {
    const { desk, first } = await occupied({ maxWaitMs: 10_000, maxQueue: 3 })
    for (const key of ['a', 'b', 'c']) desk.enter(key)
    desk.gate.leave(first, 'success')
    await desk.turn(10)
    await desk.settle()
    expect(desk.take()).toEqual(['a yes'])
    await desk.clock.runAll()
    // A start takes 10 ms and there are three places: 1.2 * 10 * (1 + 3), and the millisecond that makes it too long.
    expect([desk.take(), desk.clock.now()]).toEqual([['b queue-timeout', 'c queue-timeout'], 49])
  })

  it('is off once the gate is closed', async () => {
    const { desk } = await occupied()
    desk.enter('a')
    await desk.settle()
    expect(desk.clock.pending).toBe(1)
    desk.gate.close()
    expect(desk.clock.pending).toBe(0)
  })
})

describe('PacedGate, its books', () => {
  it('count who had to wait and was refused by the limiter in the end as refused', async () => {
    const desk = new Desk({ limiter: new Budget(2) })
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b', 1, 7)
    desk.enter('c')
    for (let i = 0; i < 3; i++) await desk.turn(5)
    const { admitted, refused } = desk.gate.decisions
    expect([admitted, refused.rate]).toEqual([2, 1])
  })

  it('say when somebody was last refused for want of capacity: for want of a place, of a better place, of time', async () => {
    const { desk } = await occupied({ maxQueue: 1, maxWaitMs: 50 })
    expect(desk.gate.decisions.lastAt).toBe(-Infinity)
    desk.enter('a')
    desk.enter('b')
    expect(desk.gate.decisions.lastAt).toBe(0)
    await desk.turn(7)
    desk.enter('c', 0)
    await desk.settle()
    expect(desk.gate.decisions.lastAt).toBe(7)
    await desk.clock.advance(51)
    expect(desk.gate.decisions.lastAt).toBe(58)
    expect(desk.take()).toEqual(['b queue-full', 'a queue-full', 'c queue-timeout'])
    await desk.clock.advance(1)
    desk.gate.close()
    desk.enter('d')
    expect(desk.gate.decisions.lastAt).toBe(58)
  })

  it('name the gate in what is wrong with an update', () => {
    expect(() => new Desk().gate.update({ maxWaitMs: 0 })).toThrow('PacedGate: option "maxWaitMs" must be')
  })
})
