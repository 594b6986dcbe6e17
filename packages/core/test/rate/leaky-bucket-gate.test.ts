/** The leaky bucket with a queue: exact slots, bounded waits, one timer. */
import { acquire, createTicket, LeakyBucketGate, OverloadError } from '@spillway/core'
import type { Clock } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'
import { GateScene as Scene } from './gate-scene.ts'

describe('LeakyBucketGate', () => {
  it('starts work in slots at even distances, the first at once', async () => {
    const scene = new Scene()
    for (const name of 'abcd') scene.enter(name)
    expect(scene.clock.pending).toBe(1)
    await scene.clock.advance(450)
    scene.enter('late')
    await scene.clock.advance(0)
    expect(scene.log).toEqual(['a@0=ok', 'b@100 ok', 'c@200 ok', 'd@300 ok', 'late@450=ok'])
    expect(scene.clock.pending).toBe(0)
  })

  it('notes when work that waited was let in', async () => {
    const scene = new Scene()
    scene.enter('a')
    const b = scene.enter('b')
    expect(b.startedAt).toBe(0)
    await scene.clock.advance(150)
    expect(b.startedAt).toBe(100)
  })

  it('refuses at once what would wait too long, and says when it would not', async () => {
    const scene = new Scene({ maxDelayMs: 250 })
    for (const name of 'abcd') scene.enter(name)
    expect(scene.log).toEqual(['a@0=ok', 'd@0=rate 50'])
    await scene.clock.advance(49)
    scene.enter('early')
    await scene.clock.advance(1)
    scene.enter('on time')
    await scene.clock.advance(1000)
    expect(scene.log.slice(2)).toEqual(['early@49=rate 1', 'b@100 ok', 'c@200 ok', 'on time@300 ok'])
  })

  it('refuses at once when as many wait as may, until the first of them starts', async () => {
    const scene = new Scene({ maxQueue: 2 })
    for (const name of 'abcd') scene.enter(name)
    expect(scene.log).toEqual(['a@0=ok', 'd@0=queue-full 100'])
    await scene.clock.advance(100)
    scene.enter('e')
    expect(scene.gate.waiting).toBe(2)
  })

  it('says when there is both a place and a slot that is soon enough', async () => {
    const scene = new Scene({ maxQueue: 2, maxDelayMs: 600 })
    scene.enter('a', { cost: 5 })
    for (const name of 'bcd') scene.enter(name)
    expect(scene.log).toEqual(['a@0=ok', 'd@0=rate 500'])
    await scene.clock.advance(500)
    scene.enter('e')
    expect(scene.gate.waiting).toBe(2)
  })

  it('shapes as limit_req of nginx does with a burst: five wait, the sixth goes', async () => {
    const scene = new Scene({ maxQueue: 5, maxDelayMs: 500 })
    for (const name of 'abcdefg') scene.enter(name)
    await scene.clock.runAll()
    expect(scene.log).toEqual(['a@0=ok', 'g@0=rate 100', 'b@100 ok', 'c@200 ok', 'd@300 ok', 'e@400 ok', 'f@500 ok'])
  })

  it('lets nobody wait at a delay or a queue of 0', () => {
    for (const options of [{ maxDelayMs: 0 }, { maxQueue: 0 }]) {
      const scene = new Scene(options)
      for (const name of 'ab') scene.enter(name)
      expect(scene.log[1]).toMatch(/b@0=(rate|queue-full) 100/)
      expect(scene.clock.pending).toBe(0)
    }
  })

  it('takes as many slots as work costs units', async () => {
    const scene = new Scene()
    scene.enter('a', { cost: 3 })
    scene.enter('b', { cost: 0.5 })
    scene.enter('free', { cost: 0 })
    scene.enter('c')
    scene.enter('never', { cost: 11 })
    await scene.clock.runAll()
    expect(scene.log).toEqual(['a@0=ok', 'free@0=ok', 'never@0=rate Infinity', 'b@300 ok', 'c@350 ok'])
  })

  it('frees the slot of who cancels for those behind, who move up', async () => {
    const scene = new Scene({ maxDelayMs: 300 })
    const [, b, c] = ['a', 'b', 'c', 'd'].map((name) => scene.enter(name))
    scene.enter('too many')
    await scene.clock.advance(50)
    scene.gate.cancel(b!)
    scene.gate.cancel(b!)
    scene.gate.cancel(createTicket(0))
    scene.enter('e')
    await scene.clock.advance(1000)
    scene.gate.cancel(c!)
    expect(scene.log).toEqual([
      'a@0=ok',
      'too many@0=rate 100',
      'b@50 cancelled Infinity',
      'c@100 ok',
      'd@200 ok',
      'e@300 ok',
    ])
  })

  it('has no timer when nobody waits any more', () => {
    const scene = new Scene()
    scene.enter('a')
    const b = scene.enter('b')
    scene.gate.cancel(b)
    expect(scene.clock.pending).toBe(0)
  })

  it('refuses whose deadline comes before its slot, though exactly in time is in time', async () => {
    const scene = new Scene()
    scene.enter('a')
    scene.enter('b', { deadline: 99 })
    scene.enter('c', { deadline: 100 })
    await scene.clock.runAll()
    expect(scene.log).toEqual(['a@0=ok', 'b@0=deadline Infinity', 'c@100 ok'])
  })

  it('gives the slots of revoked work to those who wait', async () => {
    const scene = new Scene()
    const a = scene.enter('a', { cost: 5 })
    scene.enter('b')
    scene.enter('c')
    await scene.clock.advance(20)
    scene.gate.leave(a, 'revoked')
    await scene.clock.advance(200)
    expect(scene.log).toEqual(['a@0=ok', 'b@20 ok', 'c@120 ok'])
    const d = scene.enter('d')
    scene.gate.leave(d, 'success')
    scene.gate.leave(d, 'revoked')
    expect(scene.clock.pending).toBe(0)
  })

  it('keeps the mean rate when the timer is late, and makes up for no more than waited', async () => {
    const time = new VirtualClock()
    let fire = (): void => {}
    const late: Clock = { now: () => time.now(), after: (_ms, fn) => ((fire = fn), () => {}) }
    const gate = new LeakyBucketGate(late, { limit: 10, windowMs: 1000 })
    const starts: number[] = []
    const enter = (): void =>
      void Promise.resolve(gate.enter(createTicket(time.now()))).then(() => starts.push(time.now()))
    for (let i = 0; i < 4; i++) enter()
    await time.advance(230)
    fire()
    await time.flush()
    expect(starts).toEqual([0, 230, 230])
    // Who comes finds those before it released, whose slots have come.
    await time.advance(1000)
    enter()
    await time.flush()
    expect(starts).toEqual([0, 230, 230, 1230, 1230])
    expect(gate.enter(createTicket(1230))).toBeInstanceOf(Promise)
  })

  it('sets the timer again when it fires too early', async () => {
    const clock = new VirtualClock()
    const hasty: Clock = { now: () => clock.now(), after: (ms, fn) => clock.after(ms / 2, fn) }
    const gate = new LeakyBucketGate(hasty, { limit: 10, windowMs: 1000 })
    void gate.enter(createTicket(0))
    let at = NaN
    void Promise.resolve(gate.enter(createTicket(0))).then(() => (at = clock.now()))
    await clock.runAll(200)
    expect(at).toBe(100)
  })

  it('turns away who has a deadline that the late timer has missed, without using up its slot', async () => {
    const clock = new VirtualClock()
    let fire = (): void => {}
    const late: Clock = { now: () => clock.now(), after: (_ms, fn) => ((fire = fn), () => {}) }
    const gate = new LeakyBucketGate(late, { limit: 10, windowMs: 1000 })
    void gate.enter(createTicket(0))
    const [b, c] = [gate.enter(createTicket(0, { deadline: 110 })), gate.enter(createTicket(0))]
    await clock.advance(150)
    fire()
    expect([(await b)?.reason, await c]).toEqual(['deadline', undefined])
  })

  it('refuses everybody after close, and ends all waits', async () => {
    const scene = new Scene({ name: 'door' })
    const a = scene.enter('a')
    scene.enter('b')
    scene.enter('c')
    scene.gate[Symbol.dispose]()
    scene.enter('d')
    scene.gate.leave(a, 'revoked')
    await scene.clock.advance(1000)
    expect(scene.log).toEqual(['a@0=ok', 'd@0=draining 1000', 'b@0 draining 1000', 'c@0 draining 1000'])
    expect([scene.clock.pending, scene.gate.waiting]).toEqual([0, 0])
    expect(scene.gate.enter(createTicket(0))).toMatchObject({ limiter: 'door' })
  })

  it('serves code without a request', async () => {
    const clock = new VirtualClock()
    const gate = new LeakyBucketGate(clock, { limit: 10, windowMs: 1000, maxDelayMs: 0 })
    using permit = await acquire(gate, {}, { clock })
    permit.succeed()
    await expect(acquire(gate, {}, { clock })).rejects.toThrow(OverloadError)
  })
})
