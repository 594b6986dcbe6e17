/** The composed control: in which order it says no, and what it tells about itself. */
import {
  FixedLimit,
  createOverloadControl,
  createTicket,
  type OverloadControl,
  type OverloadOptions,
  type Signal,
  type Ticket,
  type TicketInit,
  type Verdict,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

interface Bench {
  readonly clock: VirtualClock
  readonly control: OverloadControl
  readonly heard: string[]
  readonly enter: (init?: TicketInit) => Ticket
}

function bench(options: OverloadOptions = {}, signals: readonly Signal[] = []): Bench {
  const clock = new VirtualClock()
  const control = createOverloadControl({ clock, loop: clock, random: () => 0, signals }, options)
  const heard: string[] = []
  const hear = (no: Verdict): void => void heard.push(no?.reason ?? 'yes')
  return {
    clock,
    control,
    heard,
    enter(init) {
      const ticket = createTicket(clock.now(), init)
      const verdict = control.enter(ticket)
      if (verdict instanceof Promise) void verdict.then(hear)
      else hear(verdict)
      return ticket
    },
  }
}

const pressed: Signal = { name: 'heap', pressure: () => 2 }

describe('OverloadControl.enter', () => {
  it('lets in at once when calm', () => {
    const { control, enter, heard } = bench()
    enter()
    expect(heard).toEqual(['yes'])
    expect(control.snapshot()).toMatchObject({ inflight: 1, limit: 16, waiting: 0, overloaded: false })
  })

  it('says `pressure` before `deadline`', () => {
    const { enter, heard } = bench({}, [pressed])
    enter({ deadline: 0 })
    expect(heard).toEqual(['pressure'])
  })

  it('says `deadline` before it lets anybody wait', () => {
    const { enter, heard } = bench({ limit: new FixedLimit(1) })
    enter()
    enter({ deadline: 0 })
    expect(heard).toEqual(['yes', 'deadline'])
  })

  it('says `draining` before anything else', () => {
    const { control, enter, heard } = bench({}, [pressed])
    control.drain()
    enter({ deadline: 0 })
    expect(heard).toEqual(['draining'])
  })

  it('lets wait what the limit has no room for, and starts it when there is', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1) })
    const first = enter()
    enter()
    await clock.advance(10)
    expect(heard).toEqual(['yes'])
    control.leave(first, 'success')
    await clock.advance(0)
    expect(heard).toEqual(['yes', 'yes'])
  })

  it('passes cancellations and accepted connections on', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1) })
    enter()
    control.arrived()
    control.cancel(enter())
    await clock.flush()
    expect(heard).toEqual(['yes', 'cancelled'])
  })

  it('sheds by signals of the environment, by others if they are given, and by none if there are to be none', () => {
    for (const [options, expected] of [
      [{}, 'pressure'],
      [{ signals: [{ name: 'calm', pressure: () => 0 }] }, 'yes'],
      [{ signals: [] }, 'yes'],
    ] as const) {
      const { enter, heard } = bench(options, [pressed])
      enter()
      expect(heard).toEqual([expected])
    }
  })
})

describe('OverloadControl.snapshot', () => {
  it('has every field from the start', () => {
    expect(bench().control.snapshot()).toEqual({
      name: 'overload',
      waiting: 0,
      oldestMs: 0,
      offeredRatio: 0,
      serviceMs: 0,
      inflight: 0,
      limit: 16,
      limitPhase: 'open',
      pressure: 0,
      signals: [],
      shares: { critical_plus: 0, critical: 0, sheddable_plus: 0, sheddable: 0 },
      mode: 'enforce',
      enforceRatio: 1,
      wouldRefuse: expect.objectContaining({ 'queue-full': 0, draining: 0 }),
      wouldWait: 0,
      decisions: { admitted: 0, refused: expect.objectContaining({ 'queue-full': 0, draining: 0 }) },
      overloaded: false,
      draining: false,
    })
  })

  it('tells of pressure, of a name and of a limit of your own', () => {
    const { control } = bench({ name: 'api', limit: new FixedLimit(7) }, [pressed])
    expect(control.snapshot()).toMatchObject({ name: 'api', limit: 7, limitPhase: undefined, pressure: 2 })
    expect(control.name).toBe('api')
  })

  it('is a copy', () => {
    const { control, enter } = bench()
    const before = control.snapshot()
    enter()
    expect(before.decisions.admitted).toBe(0)
  })

  it('counts every decision once, whoever made it', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1), maxQueue: 2, maxWaitMs: 50 })
    enter({ deadline: 0 })
    enter()
    const waiter = enter()
    enter()
    enter()
    control.cancel(waiter)
    await clock.advance(60)
    enter()
    control.drain()
    enter()
    await clock.flush()
    const { admitted, refused } = control.snapshot().decisions
    expect(heard).toHaveLength(7)
    expect(admitted).toBe(1)
    expect(refused).toMatchObject({ deadline: 1, cancelled: 1, 'queue-full': 1, 'queue-timeout': 1, draining: 2 })
    expect(Object.values(refused).reduce((sum, count) => sum + count, admitted)).toBe(7)
  })

  it.each<[string, OverloadOptions, readonly number[]]>([
    ['nobody found a place', { maxQueue: 1 }, [1, 1, 1]],
    ['somebody lost a place to who matters more', { maxQueue: 1 }, [1, 3, 0]],
    ['somebody waited too long', { maxWaitMs: 10 }, [1, 1]],
  ])('says that the server is overloaded for a second after %s', async (_why, options, classes) => {
    const { clock, control, enter } = bench({ limit: new FixedLimit(1), ...options })
    for (const priority of classes) enter({ priority })
    await clock.advance(20)
    expect(control.snapshot().overloaded).toBe(true)
    await clock.advance(979)
    const later = control.snapshot()
    await clock.advance(1000)
    expect(later.overloaded || later.decisions.refused['queue-timeout'] > 0).toBe(true)
    expect(control.snapshot().overloaded).toBe(false)
  })

  it('does not call a server overloaded for what it refuses for another reason', () => {
    const { control, enter } = bench()
    enter({ deadline: 0 })
    control.drain()
    enter()
    expect(control.snapshot().overloaded).toBe(false)
  })
})

describe('OverloadControl.drain', () => {
  it('refuses who waits and who comes, lets run what runs, and can be called twice', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1) })
    const first = enter()
    enter()
    control.drain()
    control.close()
    enter()
    await clock.flush()
    expect(heard).toEqual(['yes', 'draining', 'draining'])
    expect(control.snapshot()).toMatchObject({ draining: true, inflight: 1, waiting: 0 })
    control.leave(first, 'success')
    await clock.runAll()
    expect(control.snapshot().inflight).toBe(0)
    expect(clock.pending).toBe(0)
  })
})

describe('OverloadControl.update', () => {
  it('changes bounds while it runs, and nothing when it throws', () => {
    const { control, enter, heard } = bench({ limit: new FixedLimit(1) })
    enter()
    expect(() => control.update({ maxQueue: 0, maxWaitMs: -1 })).toThrow(RangeError)
    enter()
    control.update({ maxQueue: 0 })
    enter()
    expect(heard).toEqual(['yes', 'queue-full'])
  })
})

describe('options of OverloadControl', () => {
  const make = (options: object): unknown => bench(options)

  it.each(['initialLimit', 'minLimit', 'maxLimit'])('checks %s as the knee limit does', (option) => {
    expect(() => make({ [option]: 0 })).toThrow(RangeError)
    expect(() => make({ [option]: 0 })).toThrow(`option "${option}" must be an integer`)
    expect(() => make({ [option]: '5' })).toThrow(TypeError)
    expect(() => make({ [option]: undefined })).not.toThrow()
  })

  it.each(['maxQueue', 'minQueue', 'maxWaitMs', 'turnBudgetMs', 'maxLookMs'])(
    'checks %s as the gate does',
    (option) => {
      expect(() => make({ [option]: -1 })).toThrow(RangeError)
      expect(() => make({ [option]: -1 })).toThrow(`option "${option}" must be`)
      expect(() => make({ [option]: '5' })).toThrow(TypeError)
    },
  )

  it('takes for a limit only what has a value and takes samples', () => {
    for (const limit of [5, null, {}, { value: 5 }, { value: '5', sample: () => {} }]) {
      expect(() => make({ limit })).toThrow(TypeError)
      expect(() => make({ limit })).toThrow('option "limit" must be')
    }
    expect(() => make({ limit: { value: 5, sample: () => {} } })).not.toThrow()
  })

  it('takes for signals only a list of what measures pressure', () => {
    for (const signals of [5, null, {}, [5], [{ name: 'x' }]]) {
      expect(() => make({ signals })).toThrow(TypeError)
      expect(() => make({ signals })).toThrow('option "signals" must be')
    }
  })

  it('names an option that it does not know, and all those that it knows', () => {
    expect(() => make({ maxqueue: 5 })).toThrow(TypeError)
    expect(() => make({ maxqueue: 5 })).toThrow(/unknown option "maxqueue"; known are .*limit.*signals.*maxQueue/)
  })
})
