/** The paced gate, rule by rule: turns, looks, ends, cancellation, closing, updates. */
import { createTicket, type Outcome } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { Budget, Recorder } from '../support/limiters.ts'
import { Desk, occupied } from './desk.ts'

describe('PacedGate, when calm', () => {
  it('lets in at once, within the same call', () => {
    const desk = new Desk()
    for (const key of ['a', 'b', 'c']) desk.enter(key)
    expect(desk.heard).toEqual(['a yes', 'b yes', 'c yes'])
    expect(desk.gate.decisions.admitted).toBe(3)
  })

  it('lets in at once although connections were accepted, until the loop has started work', () => {
    const desk = new Desk()
    desk.gate.arrived()
    desk.gate.arrived()
    desk.enter('a')
    expect(desk.heard).toEqual(['a yes'])
  })

  it('sets no timer and lets the loop sleep when all has been started', async () => {
    const desk = new Desk()
    desk.enter('a')
    await desk.turn()
    expect(desk.loop.queued).toBe(0)
    expect(desk.clock.pending).toBe(0)
  })

  it('hands the outcome to the limiter', () => {
    const limiter = new Recorder('inner')
    const desk = new Desk({ limiter })
    const outcomes: Outcome[] = ['success', 'dropped', 'ignored', 'revoked']
    for (const outcome of outcomes) desk.gate.leave(desk.enter('a'), outcome)
    expect(limiter.log.filter((line) => !line.endsWith('admit'))).toEqual(outcomes.map((each) => `inner ${each}`))
  })

  it('works on a VirtualClock as loop too, with nothing left over', async () => {
    const clock = new VirtualClock()
    const desk = new Desk()
    expect(desk.gate.enter(createTicket(clock.now()))).toBeUndefined()
    await clock.runAll()
    expect(clock.pending).toBe(0)
  })
})

describe('PacedGate, turns', () => {
  it('makes newcomers wait for the next turn once this one has lasted its budget', async () => {
    const desk = new Desk({ turnBudgetMs: 10 })
    desk.enter('a')
    await desk.clock.advance(10)
    desk.enter('b')
    await desk.clock.advance(0.5)
    desk.enter('c')
    expect(desk.take()).toEqual(['a yes', 'b yes'])
    await desk.turn()
    expect(desk.take()).toEqual(['c yes'])
  })

  it('starts one expensive waiter per turn', async () => {
    const desk = new Desk({ limit: 1 })
    desk.jobMs = 5
    const first = desk.enter('first')
    await desk.turn()
    for (const key of ['a', 'b', 'c']) desk.enter(key)
    desk.take()
    desk.limit.set(1000)
    desk.gate.leave(first, 'success')
    for (const key of ['a', 'b', 'c']) {
      await desk.turn()
      expect(desk.take()).toEqual([`${key} yes`])
    }
  })

  it('starts ever more cheap waiters per turn, 32 at most', async () => {
    const { desk, first } = await occupied()
    for (let i = 0; i < 200; i++) desk.enter(`${i}`)
    await desk.settle()
    desk.jobMs = 0.02
    desk.limit.set(1000)
    desk.gate.leave(first, 'success')
    const perTurn: number[] = []
    while (desk.gate.snapshot().waiting > 0) {
      await desk.turn()
      perTurn.push(desk.take().filter((line) => line.endsWith('yes')).length)
    }
    expect(perTurn).toEqual([1, 2, 4, 8, 16, 32, 32, 32, 32, 32, 9])
  })

  it('goes back to one per turn as soon as work became expensive', async () => {
    const { desk, first } = await occupied()
    for (let i = 0; i < 20; i++) desk.enter(`${i}`)
    await desk.settle()
    desk.limit.set(1000)
    desk.gate.leave(first, 'success')
    const perTurn: number[] = []
    for (const ms of [0, 0, 0, 5, 5, 5]) {
      desk.jobMs = ms
      await desk.turn()
      perTurn.push(desk.take().filter((line) => line.endsWith('yes')).length)
    }
    expect(perTurn).toEqual([1, 2, 4, 8, 1, 1])
  })

  it('starts more after a turn that was long for other reasons: a tenth of its length', async () => {
    const perTurn = async (ms: number): Promise<number[]> => {
      const { desk, first } = await occupied()
      for (let i = 0; i < 90; i++) desk.enter(`${i}`)
      await desk.settle()
      desk.jobMs = 0.5
      desk.limit.set(1000)
      desk.gate.leave(first, 'success')
      const started: number[] = []
      for (let i = 0; i < 5; i++) {
        await desk.turn(ms)
        started.push(desk.take().filter((line) => line.endsWith('yes')).length)
      }
      return started
    }
    expect(await perTurn(0)).toEqual([1, 2, 2, 2, 2])
    expect((await perTurn(10)).slice(1)).toEqual([4, 4, 4, 4])
  })
})

describe('PacedGate, looking outside', () => {
  it('starts nobody before a turn passes without an accepted connection', async () => {
    const desk = new Desk()
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b')
    desk.gate.arrived()
    await desk.turn()
    desk.enter('c', 0)
    desk.gate.arrived()
    await desk.turn()
    expect(desk.take()).toEqual(['a yes'])
    await desk.turn()
    expect(desk.take()).toEqual(['c yes'])
    await desk.turn(5)
    expect(desk.take()).toEqual(['b yes'])
  })

  it('looks for no more than 64 turns in a row', async () => {
    const desk = new Desk({ maxLookMs: 1000 })
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b')
    let turns = 0
    for (desk.take(); desk.heard.length === 0 && turns < 1000; turns++) {
      desk.gate.arrived()
      await desk.turn()
    }
    expect(turns).toBe(64)
  })

  it('looks for no longer than maxLookMs', async () => {
    const desk = new Desk({ maxLookMs: 5 })
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b')
    let looked = 0
    for (desk.take(); desk.heard.length === 0 && looked < 1000; looked++) {
      desk.gate.arrived()
      await desk.turn(1)
    }
    expect(looked).toBe(5)
  })

  it('never looks with a maxLookMs of 0', async () => {
    const desk = new Desk({ maxLookMs: 0 })
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b')
    expect(desk.take()).toEqual(['a yes', 'b yes'])
  })

  it('looks anew after each start', async () => {
    const desk = new Desk()
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    for (const key of ['b', 'c']) desk.enter(key)
    await desk.turn()
    desk.gate.arrived()
    await desk.turn(5)
    expect(desk.take()).toEqual(['a yes', 'b yes'])
    await desk.turn()
    expect(desk.take()).toEqual(['c yes'])
  })
})

describe('PacedGate, work that ends', () => {
  it('wakes who waits for a place, in a later turn, and writes down when it started', async () => {
    const { desk, first } = await occupied()
    const waiter = desk.enter('a')
    await desk.settle()
    await desk.clock.advance(20)
    desk.gate.leave(first, 'success')
    expect(desk.take()).toEqual([])
    await desk.turn()
    expect(desk.take()).toEqual(['a yes'])
    expect([waiter.arrivedAt, waiter.startedAt]).toEqual([0, 20])
  })

  it('runs one after the other with a limit of one', async () => {
    const { desk, first } = await occupied()
    const tickets = [first, ...['a', 'b', 'c'].map((key) => desk.enter(key))]
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      await desk.settle()
      expect(desk.take()).toEqual([])
      desk.gate.leave(tickets[i]!, 'success')
      await desk.turn(5)
      expect(desk.take()).toEqual([`${key} yes`])
    }
  })

  it('does not turn the loop when nobody waits', async () => {
    const { desk, first } = await occupied()
    desk.gate.leave(first, 'success')
    expect(desk.loop.queued).toBe(0)
  })
})

describe('PacedGate, refusals of its limiter', () => {
  it('passes on at once what waiting would not help', () => {
    const desk = new Desk({ limiter: new Budget(1) })
    desk.enter('a')
    desk.enter('b')
    expect(desk.take()).toEqual(['a yes', 'b rate'])
    expect(desk.gate.decisions.refused.rate).toBe(1)
  })

  it('passes on what waiting would not help to one who had to wait, and holds up nobody behind', async () => {
    const desk = new Desk({ limiter: new Budget(2) })
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn(5)
    desk.enter('b', 1, 7)
    desk.enter('c')
    for (let i = 0; i < 3; i++) await desk.turn(5)
    expect(desk.take()).toEqual(['a yes', 'b rate', 'c yes'])
  })
})

describe('PacedGate.cancel', () => {
  it('frees the place at once and answers `cancelled`', async () => {
    const { desk } = await occupied({ maxQueue: 2 })
    const waiting = ['a', 'b'].map((key) => desk.enter(key))
    desk.gate.cancel(waiting[0]!)
    desk.enter('c')
    await desk.clock.flush()
    expect(desk.take()).toEqual(['a cancelled'])
    expect(desk.gate.snapshot().waiting).toBe(2)
  })

  it('starts nobody who has left', async () => {
    const { desk, first } = await occupied()
    const [a] = [desk.enter('a'), desk.enter('b')]
    desk.gate.cancel(a)
    desk.gate.leave(first, 'success')
    await desk.turn()
    expect(desk.take()).toEqual(['a cancelled', 'b yes'])
  })

  it('does nothing to who runs, who was refused and who is unknown', async () => {
    const { desk, first } = await occupied({ maxQueue: 1 })
    const [, refused] = [desk.enter('a'), desk.enter('b')]
    desk.take()
    for (const ticket of [first, refused, createTicket(0)]) desk.gate.cancel(ticket)
    await desk.settle()
    expect(desk.take()).toEqual([])
    expect(desk.gate.decisions.refused.cancelled).toBe(0)
  })
})

describe('PacedGate.close', () => {
  it('refuses who waits and who comes with `draining`, and what runs goes on', async () => {
    const { desk, first } = await occupied()
    for (const key of ['a', 'b']) desk.enter(key)
    await desk.settle()
    desk.gate.close()
    desk.enter('c')
    expect(desk.heard).toEqual(['c draining'])
    await desk.clock.flush()
    expect(desk.take()).toEqual(['c draining', 'a draining', 'b draining'])
    desk.gate.leave(first, 'success')
    expect(desk.gate.snapshot().waiting).toBe(0)
  })

  it('takes another reason', async () => {
    const { desk } = await occupied()
    desk.gate.close('blocked')
    desk.enter('a')
    expect(desk.take()).toEqual(['a blocked'])
  })

  it('runs nothing later: no timer is left and no turn starts anybody', async () => {
    const { desk } = await occupied()
    desk.enter('a')
    desk.gate.arrived()
    await desk.turn()
    desk.gate.close()
    await desk.settle()
    expect(desk.take()).toEqual(['a draining'])
    expect([desk.clock.pending, desk.loop.queued]).toEqual([0, 0])
    expect(desk.gate.decisions.admitted).toBe(1)
  })

  it('can be called twice', async () => {
    const { desk } = await occupied()
    desk.enter('a')
    desk.gate.close()
    desk.gate.close()
    await desk.clock.flush()
    expect(desk.take()).toEqual(['a draining'])
  })
})

describe('PacedGate.update', () => {
  it('lets those who wait keep their places, and counts newcomers against the new bound', async () => {
    const { desk } = await occupied({ maxQueue: 5 })
    for (const key of ['a', 'b', 'c']) desk.enter(key)
    desk.gate.update({ maxQueue: 2 })
    desk.enter('d')
    await desk.clock.flush()
    expect(desk.take()).toEqual(['d queue-full'])
    expect(desk.gate.snapshot().waiting).toBe(3)
    desk.gate.update({ maxQueue: 4 })
    desk.enter('e')
    expect(desk.gate.snapshot().waiting).toBe(4)
  })

  it('takes any maxQueue that the constructor takes, for `minQueue` was never asked for', () => {
    const desk = new Desk()
    desk.gate.update({ maxQueue: 0 })
    desk.gate.update({ maxQueue: 10 })
    expect(() => desk.gate.update({ maxQueue: 10, minQueue: 11 })).toThrow(RangeError)
  })

  it('holds those who wait to a shorter age, though nothing ends', async () => {
    const { desk } = await occupied({ maxWaitMs: 10_000 })
    desk.enter('a')
    await desk.settle()
    desk.gate.update({ maxWaitMs: 50 })
    await desk.settle()
    await desk.clock.advance(51)
    expect(desk.take()).toEqual(['a queue-timeout'])
  })

  it('changes nothing when it throws', async () => {
    const { desk } = await occupied({ maxQueue: 1 })
    expect(() => desk.gate.update({ maxQueue: 5, maxWaitMs: 0 })).toThrow(RangeError)
    for (const key of ['a', 'b']) desk.enter(key)
    expect(desk.take()).toEqual(['b queue-full'])
  })
})

describe('PacedGate.snapshot', () => {
  it('tells who waits, how long, how much is offered and how fast the line moves', async () => {
    const { desk, first } = await occupied()
    expect(desk.gate.snapshot()).toEqual({ waiting: 0, oldestMs: 0, offeredRatio: 0, serviceMs: 0 })
    const a = desk.enter('a')
    await desk.settle()
    await desk.clock.advance(8)
    desk.enter('b')
    expect(desk.gate.snapshot()).toMatchObject({ waiting: 2, oldestMs: 8 })
    desk.gate.leave(first, 'success')
    await desk.turn()
    desk.gate.leave(a, 'success')
    await desk.turn(4)
    expect(desk.gate.snapshot()).toMatchObject({ waiting: 0, oldestMs: 0, serviceMs: 6 })
  })
})
