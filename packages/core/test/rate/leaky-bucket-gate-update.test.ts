/** Changing a leaky bucket's gate while work waits in it. */
import { LeakyBucketGate } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'
import { GateScene as Scene } from './gate-scene.ts'

describe('LeakyBucketGate.update', () => {
  it('gives all who wait new slots, and refuses who would wait too long in all', async () => {
    const scene = new Scene({ maxDelayMs: 400 })
    for (const name of 'abcd') scene.enter(name)
    await scene.clock.advance(50)
    scene.gate.update({ limit: 5 })
    // Half a unit is left in the bucket: 100 ms at the new rate.
    await scene.clock.advance(1000)
    expect(scene.log).toEqual(['a@0=ok', 'd@50 rate 150', 'b@150 ok', 'c@350 ok'])
    expect(scene.clock.pending).toBe(0)
  })

  it('speeds up who waits', async () => {
    const scene = new Scene()
    for (const name of 'abc') scene.enter(name)
    await scene.clock.advance(50)
    scene.gate.update({ limit: 100 })
    await scene.clock.advance(100)
    expect(scene.log).toEqual(['a@0=ok', 'b@55 ok', 'c@65 ok'])
  })

  it('lowers the number that may wait, from the back', async () => {
    const scene = new Scene()
    for (const name of 'abcd') scene.enter(name)
    scene.gate.update({ maxQueue: 1 })
    await scene.clock.flush()
    expect(scene.log).toEqual(['a@0=ok', 'c@0 queue-full 100', 'd@0 queue-full 100'])
    expect(scene.gate.waiting).toBe(1)
  })

  it('turns everybody away at a limit of 0, for ever', async () => {
    const scene = new Scene()
    for (const name of 'ab') scene.enter(name)
    scene.gate.update({ limit: 0 })
    scene.enter('c')
    await scene.clock.flush()
    expect(scene.log).toEqual(['a@0=ok', 'c@0=rate Infinity', 'b@0 rate Infinity'])
    expect(scene.clock.pending).toBe(0)
  })

  it('changes nothing when the change is wrong', async () => {
    const scene = new Scene()
    for (const name of 'ab') scene.enter(name)
    for (const change of [{ limit: -1 }, { maxDelayMs: 3_600_001 }, { maxQueue: 1.5 }, { limit: 5, windowMs: 0 }])
      expect(() => scene.gate.update(change)).toThrow(RangeError)
    expect(() => scene.gate.update({ name: 'x' } as never)).toThrow('unknown option "name"')
    await scene.clock.runAll()
    expect(scene.log).toEqual(['a@0=ok', 'b@100 ok'])
  })

  it.each([
    [{ limit: 1, windowMs: 1000, maxDelayMs: -1 }, RangeError, '"maxDelayMs" must be a number >= 0 and <= 3600000'],
    [{ limit: 1, windowMs: 1000, maxDelayMs: NaN }, RangeError, '"maxDelayMs"'],
    [{ limit: 1, windowMs: 1000, maxQueue: -1 }, RangeError, '"maxQueue" must be an integer >= 0'],
    [{ limit: '1', windowMs: 1000 }, TypeError, 'LeakyBucketGate: option "limit"'],
    [{ limit: 1, windowMs: 1000, maxDelay: 3 }, TypeError, 'LeakyBucketGate: unknown option "maxDelay"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    const make = (): LeakyBucketGate => new LeakyBucketGate(new VirtualClock(), options as never)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })
})
