/** When work was let in, with as few notes as that takes. */
import { createTicket } from '@spillway/core'
import { describe, expect, it } from 'vitest'
import { AdmissionTimes } from '../../src/rate/admission-times.ts'
import { TickClock } from '../../src/rate/ticks.ts'

function make(): { clock: TickClock; times: AdmissionTimes } {
  const clock = new TickClock(16, (ticks) => times.shift(ticks))
  const times = new AdmissionTimes(clock)
  clock.advance(100.5)
  return { clock, times }
}

describe('AdmissionTimes', () => {
  it('needs no note for work that is let in as it comes', () => {
    const { clock, times } = make()
    const ticket = createTicket(100.5)
    times.note(ticket, 1000)
    expect(times.size).toBe(0)
    clock.advance(200)
    expect(times.take(ticket)).toBe(0)
  })

  it('knows when work was let in that had waited, whatever its ticket says of its start', () => {
    const { clock, times } = make()
    const [early, late] = [createTicket(99), createTicket(100.5)]
    times.note(early, 1e6)
    clock.advance(200.5)
    times.note(late, 1e6)
    early.startedAt = late.startedAt = 300
    expect(times.size).toBe(2)
    expect([times.take(early), times.take(late)]).toEqual([0, 1600])
    expect(times.size).toBe(0)
  })

  it('forgets work that has ended, and what was taken once', () => {
    const { clock, times } = make()
    const ticket = createTicket(50)
    times.note(ticket, 1e6)
    times.forget(ticket)
    expect(times.take(ticket)).toBe(-808)
    clock.advance(101.5)
    times.note(ticket, 1e6)
    expect([times.take(ticket), times.take(ticket)]).toEqual([16, -808])
  })

  it('keeps no notes that nobody will ask for, also when work is never settled', () => {
    const { clock, times } = make()
    for (let i = 0; i < 10_000; i++) {
      clock.advance(101 + i)
      times.note(createTicket(50), 160)
    }
    expect(times.size).toBeLessThanOrEqual(12)
    times.clear()
    expect(times.size).toBe(0)
  })

  it('moves its notes along when ticks are counted from elsewhere', () => {
    const { clock, times } = make()
    const ticket = createTicket(50)
    times.note(ticket, Infinity)
    const far = 100.5 + 2 ** 50
    clock.advance(far)
    expect((clock.state[0] as number) - times.take(ticket)).toBe(2 ** 54)
  })
})
