/** The composed control in shadow, on a share of its callers, off, and changed while it runs. */
import {
  createOverloadControl,
  createTicket,
  FixedLimit,
  observe,
  settableSignal,
  SettableLimit,
  type Decision,
  type Limit,
  type LimitBounds,
  type Mode,
  type OverloadControl,
  type OverloadOptions,
  type OverloadUpdate,
  type Ticket,
  type TicketInit,
} from '@spillway/core'
import { seededRandom, VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Bench {
  readonly clock: VirtualClock
  readonly control: OverloadControl
  /** Reasons of verdicts, in the order in which callers heard them; `yes` for none. */
  readonly heard: string[]
  readonly running: Ticket[]
  readonly enter: (init?: TicketInit) => Ticket
}

function bench(options: OverloadOptions = {}, random: () => number = () => 0): Bench {
  const clock = new VirtualClock()
  const control = createOverloadControl({ clock, loop: clock, random, signals: [] }, options)
  const heard: string[] = []
  const running: Ticket[] = []
  const enter = (init?: TicketInit): Ticket => {
    const ticket = createTicket(clock.now(), init)
    const hear = (reason: string | undefined): void => {
      heard.push(reason ?? 'yes')
      if (reason === undefined) running.push(ticket)
    }
    const verdict = control.enter(ticket)
    if (verdict instanceof Promise) void verdict.then((late) => hear(late?.reason))
    else hear(verdict?.reason)
    return ticket
  }
  return { clock, control, heard, running, enter }
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

describe('OverloadControl in shadow', () => {
  it('lets everybody in at once and tells what would have been', async () => {
    const heap = settableSignal('heap')
    const { clock, control, enter, heard } = bench({
      limit: new FixedLimit(1),
      maxQueue: 1,
      maxWaitMs: 50,
      signals: [heap],
      mode: 'shadow',
    })
    enter()
    enter()
    enter()
    enter({ deadline: 0 })
    heap.set(2)
    await clock.advance(60)
    enter()
    expect(heard).toEqual(['yes', 'yes', 'yes', 'yes', 'yes'])
    const { decisions, wouldRefuse, wouldWait, mode } = control.snapshot()
    expect(mode).toBe('shadow')
    expect(decisions.admitted).toBe(5)
    expect(sum(decisions.refused)).toBe(0)
    expect(wouldRefuse).toMatchObject({ 'queue-full': 1, 'queue-timeout': 1, deadline: 1, pressure: 1 })
    expect(wouldWait).toBe(1)
  })

  it('still refuses when it drains, and that is no shadow', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1), mode: 'shadow' })
    enter()
    enter()
    control.drain()
    enter()
    await clock.flush()
    expect(heard).toEqual(['yes', 'yes', 'draining'])
    expect(control.snapshot().decisions).toMatchObject({ admitted: 2, refused: { draining: 1 } })
    expect(control.snapshot().wouldRefuse.draining).toBe(1)
  })

  it('lets a ticket in once more that ended while it was still in line, also when that counts again', async () => {
    const { clock, control, enter } = bench({ limit: new FixedLimit(1), mode: 'shadow' })
    const [a, b] = [enter(), enter()]
    control.leave(b, 'success')
    control.update({ mode: 'enforce' })
    expect(control.enter(b)).toBeUndefined()
    control.leave(a, 'success')
    await clock.advance(5)
    control.leave(b, 'success')
    expect(control.snapshot()).toMatchObject({ inflight: 0, waiting: 0, decisions: { admitted: 3 } })
  })

  it('shows itself to an observer', () => {
    const { clock, control } = bench({ limit: new FixedLimit(1), maxQueue: 0, mode: 'shadow' })
    const seen: Decision[] = []
    const gate = observe(control, { decision: (event) => seen.push(event) }, clock)
    for (let i = 0; i < 2; i++) expect(gate.enter(createTicket(0))).toBeUndefined()
    expect(seen).toMatchObject([
      { enforced: true, reason: undefined },
      { enforced: false, reason: 'queue-full', limiter: 'overload' },
    ])
  })
})

describe('OverloadControl on a share', () => {
  it('refuses that share of those who would be refused', () => {
    const options = { limit: new FixedLimit(1), maxQueue: 0, enforceRatio: 0.25 }
    const { control, enter, heard } = bench(options, seededRandom(1))
    for (let i = 0; i < 4001; i++) enter({ key: i % 2 === 0 ? '' : `caller ${i}` })
    const { decisions, wouldRefuse } = control.snapshot()
    expect(decisions.refused['queue-full'] / 4000).toBeCloseTo(0.25, 1)
    expect(decisions.refused['queue-full'] + wouldRefuse['queue-full']).toBe(4000)
    expect(heard.filter((reason) => reason === 'yes')).toHaveLength(decisions.admitted)
  })

  it('of 0 is shadow, for adapters whose own option is called mode', () => {
    const { enter, heard } = bench({ limit: new FixedLimit(1), maxQueue: 0, enforceRatio: 0 })
    for (let i = 0; i < 5; i++) enter()
    expect(heard).toEqual(Array.from({ length: 5 }, () => 'yes'))
  })
})

describe('OverloadControl that is off', () => {
  it('asks nobody, and counts all the same', () => {
    const { control, enter, heard, running } = bench({ limit: new FixedLimit(1), maxQueue: 0, mode: 'off' })
    for (let i = 0; i < 3; i++) enter({ deadline: 0 })
    expect(heard).toEqual(['yes', 'yes', 'yes'])
    expect(control.snapshot()).toMatchObject({ inflight: 0, decisions: { admitted: 3 }, wouldRefuse: { deadline: 0 } })
    for (const ticket of running) control.leave(ticket, 'success')
    expect(control.snapshot().inflight).toBe(0)
  })
})

describe('the books of OverloadControl', () => {
  const modes: readonly Mode[] = ['enforce', 'shadow', 'off']
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('enter'), n: fc.nat(3) }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('leave'), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('mode'), n: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ratio'), n: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pressure'), n: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance'), n: fc.nat(30) }) },
  )

  it('balance, whatever the mode is and becomes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const heap = settableSignal('heap')
        const options = { limit: new FixedLimit(2), maxQueue: 2, maxWaitMs: 20, signals: [heap] }
        const { clock, control, enter, heard, running } = bench(options, seededRandom(3))
        for (const { kind, n } of steps) {
          if (kind === 'enter') enter({ priority: n, key: n === 0 ? '' : `k${n}` })
          else if (kind === 'mode') control.update({ mode: modes[n]! })
          else if (kind === 'ratio') control.update({ enforceRatio: n / 2 })
          else if (kind === 'pressure') heap.set(n / 2)
          else if (kind === 'advance') await clock.advance(n)
          else {
            const [gone] = running.splice(n % Math.max(1, running.length), 1)
            if (gone !== undefined) control.leave(gone, 'success')
          }
          await clock.flush()
          expect(control.snapshot().inflight).toBeLessThanOrEqual(2)
        }
        for (let rounds = 0; rounds < 5 || running.length > 0; rounds++) {
          for (const ticket of running.splice(0)) control.leave(ticket, 'success')
          await clock.advance(50)
        }
        const { inflight, waiting, decisions } = control.snapshot()
        expect([inflight, waiting]).toEqual([0, 0])
        expect(decisions.admitted).toBe(heard.filter((reason) => reason === 'yes').length)
        for (const [reason, count] of Object.entries(decisions.refused))
          expect(heard.filter((one) => one === reason)).toHaveLength(count)
      }),
      { numRuns: 200 },
    )
  })
})

/** A limit that can be told its bounds. */
class Bounded implements Limit {
  value = 1
  readonly updates: LimitBounds[] = []
  sample(): void {}
  update(change: LimitBounds): void {
    if (change.maxLimit === 13) throw new RangeError('unlucky')
    this.updates.push(change)
    this.value = change.maxLimit ?? this.value
  }
}

describe('OverloadControl.update', () => {
  const everything: OverloadUpdate = {
    maxQueue: 7,
    maxWaitMs: 70,
    pressure: { retryAfterMs: 777 },
    mode: 'shadow',
    enforceRatio: 0.5,
    maxLimit: 5,
  }

  it('changes all of it at once', () => {
    const limit = new Bounded()
    const { control } = bench({ limit })
    control.update(everything)
    expect(control.snapshot()).toMatchObject({ mode: 'shadow', enforceRatio: 0.5, limit: 5 })
    expect(limit.updates).toEqual([{ maxLimit: 5 }])
  })

  it.each<[string, object]>([
    ['the line', { maxWaitMs: -1 }],
    ['pressure', { pressure: { holdMs: -1 } }],
    ['pressure that is none', { pressure: 5 }],
    ['the mode', { mode: 'dry' }],
    ['the share', { enforceRatio: 2 }],
    ['the limit', { maxLimit: 13 }],
    ['a name', { name: 'x' }],
    ['nothing that there is', { maxqueue: 1 }],
  ])('changes nothing when %s is what it throws about', async (_what, wrong) => {
    const limit = new Bounded()
    const heap = settableSignal('heap')
    const { clock, control, enter, heard } = bench({ limit, signals: [heap] })
    const before = control.snapshot()
    const change = { maxQueue: 0, pressure: { scales: { heap: { start: 0, full: 0.1 } } }, mode: 'off', ...wrong }
    expect(() => control.update(change as OverloadUpdate)).toThrow(Error)
    expect(control.snapshot()).toEqual(before)
    expect(limit.updates).toEqual([])
    heap.set(0.5)
    enter()
    enter()
    await clock.flush()
    // Neither shed by pressure nor refused for want of a place.
    expect(heard).toEqual(['yes'])
    expect(control.snapshot().waiting).toBe(1)
  })

  it('says that a limit without update cannot change its bounds', () => {
    const { control } = bench({ limit: new FixedLimit(1) })
    expect(() => control.update({ mode: 'off', minLimit: 5 })).toThrow(
      'OverloadControl.update: option "minLimit" cannot change, for the limit has no "update"',
    )
    expect(control.snapshot().mode).toBe('enforce')
  })

  it('does not ask for an update of the limit where none is wanted', () => {
    const { control } = bench({ limit: new SettableLimit(1) })
    control.update({ mode: 'off', maxLimit: undefined } as unknown as OverloadUpdate)
    expect(control.snapshot().mode).toBe('off')
  })

  it('lets in whoever waits and finds room under a limit that rose', async () => {
    const { clock, control, enter, heard } = bench({ limit: new Bounded() })
    enter()
    enter()
    await clock.advance(5)
    expect(heard).toEqual(['yes'])
    control.update({ maxLimit: 2 })
    await clock.advance(0)
    expect(heard).toEqual(['yes', 'yes'])
  })

  it('keeps what it is not told to change', () => {
    const { control } = bench({ limit: new Bounded(), mode: 'shadow', enforceRatio: 0.5 })
    control.update({ pressure: { sampleMs: 1 } })
    control.update({})
    expect(control.snapshot()).toMatchObject({ mode: 'shadow', enforceRatio: 0.5, limit: 1 })
  })

  it('grants nothing: what runs and waits keeps its place through any change', async () => {
    const { clock, control, enter, heard } = bench({ limit: new FixedLimit(1), maxQueue: 1 })
    enter()
    enter()
    for (const mode of ['shadow', 'off', 'enforce'] as const) control.update({ mode, maxWaitMs: 100 })
    enter()
    await clock.flush()
    expect(heard).toEqual(['yes', 'queue-full'])
    expect(control.snapshot()).toMatchObject({ inflight: 1, waiting: 1 })
  })
})

describe('options of OverloadControl', () => {
  it.each<[object, string]>([
    [{ pressure: { hysteresis: 2 } }, 'PressureLimiter: option "hysteresis"'],
    [{ pressure: null }, 'OverloadControl: option "pressure" must be an object'],
    [{ mode: 'dry' }, 'OverloadControl: option "mode" must be one of "enforce", "shadow", "off"'],
    [{ enforceRatio: -1 }, 'OverloadControl: option "enforceRatio"'],
  ])('%j is complained about', (options, complaint) => {
    expect(() => bench(options)).toThrow(complaint)
  })
})
