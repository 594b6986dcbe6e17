/** Time where timers end with the request that set them. */
import { systemEnvironment } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { asRequestBound, createRequestBoundEnvironment } from '@spillway/http/web'
import { describe, expect, it } from 'vitest'

/** A clock that forgets its timers, as a runtime does when their request ends. */
function forgetful() {
  const clock = new VirtualClock()
  let lost = false
  const alive = (fn: () => void) => () => lost || fn()
  const base = {
    ...systemEnvironment,
    clock: { now: () => clock.now(), after: (ms: number, fn: () => void) => clock.after(ms, alive(fn)) },
    loop: { nextTurn: (fn: () => void) => void clock.after(0, alive(fn)) },
  }
  return { clock, base, lose: () => (lost = true), find: () => (lost = false) }
}

describe('createRequestBoundEnvironment', () => {
  it('runs timers and turns by itself where they are not lost, once', async () => {
    const { clock, base } = forgetful()
    const bound = createRequestBoundEnvironment({ base })
    const ran: string[] = []
    bound.loop.nextTurn(() => ran.push('turn'))
    bound.clock.after(10, () => ran.push('timer'))
    const cancel = bound.clock.after(10, () => ran.push('cancelled'))
    cancel()
    await clock.advance(10)
    bound.attendance.entered()
    expect(ran).toEqual(['turn', 'timer'])
  })

  it('runs what was lost, and is due, when a request comes', async () => {
    const { clock, base, lose } = forgetful()
    const bound = createRequestBoundEnvironment({ base })
    const ran: string[] = []
    bound.loop.nextTurn(() => ran.push('turn'))
    bound.clock.after(10, () => ran.push('timer'))
    bound.clock.after(99, () => ran.push('not yet'))
    lose()
    await clock.advance(10)
    expect(ran).toEqual([])
    bound.attendance.entered()
    expect(ran).toEqual(['turn', 'timer'])
  })

  it('runs what was lost while a request waits, and nothing of its own afterwards', async () => {
    const { clock, base, lose, find } = forgetful()
    const bound = createRequestBoundEnvironment({ base })
    const ran: string[] = []
    bound.clock.after(5, () => ran.push('timer'))
    lose()
    await clock.advance(5)
    find()
    const done = bound.attendance.waiting()
    await clock.advance(10)
    expect(ran).toEqual(['timer'])
    bound.clock.after(0, () => ran.push('another'))
    lose()
    await clock.advance(0)
    find()
    done()
    await clock.advance(100)
    expect(ran).toEqual(['timer'])
  })

  it('is told from others, and checks how long a place may be held', () => {
    const bound = createRequestBoundEnvironment({ maxHoldMs: 500 })
    expect(asRequestBound(bound)?.maxHoldMs).toBe(500)
    expect(asRequestBound(systemEnvironment)).toBe(undefined)
    expect(() => createRequestBoundEnvironment({ maxHoldMs: 0 })).toThrow(RangeError)
  })
})
