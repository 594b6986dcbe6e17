/** How a pressure limiter is told when to shed whom, before and while it runs. */
import {
  createTicket,
  PressureLimiter,
  priorities,
  settableSignal,
  type PressureOptions,
  type PressureUpdate,
  type PriorityName,
  type Signal,
} from '@spillway/core'
import { describe, expect, it } from 'vitest'

const signal = (pressure: unknown, name = 'heap'): Signal => ({ name, pressure: () => pressure as number })
const make = (signals: readonly Signal[], options?: PressureOptions): PressureLimiter =>
  new PressureLimiter(signals, () => 0, options)

/** Shares of the four classes, from the least important. */
function shares(signals: readonly Signal[], options?: PressureOptions): number[] {
  const all = make(signals, options).snapshot(0).shares
  return (['sheddable', 'sheddable_plus', 'critical', 'critical_plus'] as PriorityName[]).map((name) => all[name])
}

describe('the scale of a signal', () => {
  it.each([
    [0.3, [0, 0, 0, 0]],
    [0.5, [0, 0, 0, 0]],
    [0.55, [0.5, 0, 0, 0]],
    [0.6, [1, 0.5, 0, 0]],
    [0.7, [1, 1, 1, 0.5]],
    [0.75, [1, 1, 1, 1]],
  ])('says from where to where it sheds: at %d', (pressure, expected) => {
    const scaled = shares([signal(pressure)], { scales: { heap: { start: 0.5, full: 0.75 } } })
    scaled.forEach((share, i) => expect(share).toBeCloseTo(expected[i]!, 9))
  })

  it('is 0.9 to 1.15 for the others', () => {
    const limiter = make([signal(0.8, 'a'), signal(0.8, 'b')], { scales: { b: { start: 0.7, full: 0.9 } } })
    expect(limiter.snapshot(0).signals.map(({ level }) => level)).toEqual([0, expect.closeTo(0.5, 9)])
  })

  it('may be a threshold', () => {
    const at = (pressure: number) => shares([signal(pressure)], { scales: { heap: { start: 0.5, full: 0.5 } } })
    expect([at(0.49), at(0.5)]).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ])
  })
})

describe('the scale of a class', () => {
  it('says at which levels it is shed', () => {
    const options = { classes: { critical_plus: { start: 1, full: 1 }, sheddable: { start: 0, full: 0.1 } } }
    const at = (pressure: number) => shares([signal(pressure)], { ...options, scales: { heap: { start: 0, full: 1 } } })
    expect(at(0.1)[0]).toBe(1)
    expect(at(0.99)[3]).toBe(0)
    expect(at(1)[3]).toBe(1)
  })

  it('sheds nobody without pressure, even where it begins and ends at 0', () => {
    const classes = { sheddable: { start: 0, full: 0 } }
    expect(shares([signal(0)], { classes })).toEqual([0, 0, 0, 0])
    expect(shares([signal(0.89)], { classes })).toEqual([0, 0, 0, 0])
    expect(shares([], { classes })).toEqual([0, 0, 0, 0])
    expect(shares([signal(0.91)], { classes })[0]).toBe(1)
  })
})

describe('several signals', () => {
  const half = [signal(0.95, 'a'), signal(0.925, 'b'), signal(0.1, 'c')]

  it('are as bad as the worst of them', () => {
    expect(shares(half)[0]).toBeCloseTo(0.5, 9)
  })

  it('each throw their dice where that is asked for', () => {
    // 0.5 and 0.25 of the least important class: both together shed 1 - 0.5 x 0.75.
    expect(shares(half, { combine: 'probabilistic-or' })[0]).toBeCloseTo(0.625, 9)
    expect(shares(half, { combine: 'probabilistic-or' }).slice(1)).toEqual([0, 0, 0])
  })

  it('are told apart in refusals: the one with the highest level is named', () => {
    const [heap, gc] = [settableSignal('heap'), settableSignal('gc')]
    const limiter = make([heap, gc], { sampleMs: 0, scales: { gc: { start: 0.1, full: 0.2 } } })
    heap.set(1.1)
    expect(limiter.admit(createTicket(0), 0)?.limiter).toBe('pressure/heap')
    gc.set(0.3)
    expect(limiter.admit(createTicket(0), 1)?.limiter).toBe('pressure/gc')
  })
})

describe('reading the signals', () => {
  it('happens at most once in sampleMs, however often it is asked, and again when the clock went back', () => {
    const asked: number[] = []
    const limiter = make([{ name: 's', pressure: (now) => (asked.push(now), 0) }], { sampleMs: 10 })
    for (const now of [5, 5, 14.9, 15, 15.1, 24, 25, 16, 14, 1000]) limiter.admit(createTicket(now), now)
    expect(asked).toEqual([5, 15, 25, 14, 1000])
  })

  it('happens each time where sampleMs is 0', () => {
    let asked = 0
    const limiter = make([{ name: 's', pressure: () => (asked++, 0) }], { sampleMs: 0 })
    for (let i = 0; i < 3; i++) limiter.admit(createTicket(0), 0)
    expect(asked).toBe(3)
  })

  it.each<[string, () => number]>([
    ['throws', () => expect.unreachable()],
    ['gives NaN', () => NaN],
    ['gives text', () => '2' as unknown as number],
    ['gives nothing', () => undefined as unknown as number],
  ])('counts a signal that %s, takes it for 0 and goes by the others', (_what, pressure) => {
    const limiter = make([{ name: 'broken', pressure }, signal(0.97)], { sampleMs: 0 })
    const { pressure: highest, signals } = limiter.snapshot(0)
    expect(highest).toBe(0.97)
    expect(signals[0]).toEqual({ name: 'broken', pressure: 0, held: 0, level: 0, failures: 1 })
    expect(limiter.admit(createTicket(0, { priority: 3 }), 0)?.limiter).toBe('pressure/heap')
    expect(limiter.snapshot(0).signals.map(({ failures }) => failures)).toEqual([3, 0])
  })

  it.each([-1, -Infinity])('takes %d for 0', (pressure) => {
    expect(make([signal(pressure)]).pressure(0)).toBe(0)
  })

  it('does not follow changes of the list that it was given', () => {
    const signals = [signal(0)]
    const limiter = make(signals)
    signals.push(signal(2))
    expect(limiter.pressure(0)).toBe(0)
  })

  it.each([NaN, Infinity, -Infinity])('survives a time of %d', (now) => {
    const limiter = make([signal(0)])
    expect(limiter.admit(createTicket(0), now)).toBeUndefined()
    expect(limiter.admit(createTicket(0), 5)).toBeUndefined()
  })
})

describe('PressureLimiter.snapshot', () => {
  it('tells what is measured, what counts and who is shed, and is a copy', () => {
    const heap = settableSignal('heap')
    heap.set(0.95)
    const limiter = make([heap], { sampleMs: 0 })
    const before = limiter.snapshot(0)
    expect(before).toEqual({
      pressure: 0.95,
      signals: [{ name: 'heap', pressure: 0.95, held: 0.95, level: expect.closeTo(0.2, 9), failures: 0 }],
      shares: { critical_plus: 0, critical: 0, sheddable_plus: 0, sheddable: expect.closeTo(0.5, 9) },
    })
    heap.set(2)
    limiter.snapshot(1)
    expect(before.shares.sheddable).toBeCloseTo(0.5, 9)
  })
})

describe('PressureLimiter.update', () => {
  it('changes everything at once, from the next question on', () => {
    const limiter = make([signal(0.6)], { sampleMs: 60_000 })
    const ask = () => limiter.admit(createTicket(0, { priority: priorities.sheddable }), 0)
    expect(ask()).toBeUndefined()
    limiter.update({ scales: { heap: { start: 0.5, full: 0.55 } }, retryAfterMs: 777 })
    expect(ask()).toEqual({ reason: 'pressure', limiter: 'pressure/heap', retryAfterMs: 777 })
    limiter.update({ scales: {} })
    expect(ask()).toBeUndefined()
    expect(limiter.name).toBe('pressure')
  })

  it('keeps what it is not told to change', () => {
    const limiter = make([signal(0.6)], { scales: { heap: { start: 0.5, full: 0.6 } }, retryAfterMs: 9 })
    limiter.update({ sampleMs: 1 })
    expect(limiter.admit(createTicket(0), 0)?.retryAfterMs).toBe(9)
  })

  it.each<[object]>([[{ retryAfterMs: 777, holdMs: -1 }], [{ retryAfterMs: 777, scales: { heep: {} } }], [{ x: 1 }]])(
    'changes nothing when it throws: %j',
    (change) => {
      const limiter = make([signal(2)])
      expect(() => limiter.update(change)).toThrow(/PressureLimiter/)
      expect(limiter.admit(createTicket(0), 0)?.retryAfterMs).toBe(5000)
    },
  )

  it('is checked apart from being made by prepare', () => {
    const limiter = make([signal(2)])
    const commit = limiter.prepare({ retryAfterMs: 777 })
    expect(limiter.admit(createTicket(0), 0)?.retryAfterMs).toBe(5000)
    commit()
    expect(limiter.admit(createTicket(0), 0)?.retryAfterMs).toBe(777)
  })

  it('does not keep holding what a new scale does not shed', () => {
    const heap = settableSignal('heap')
    const limiter = make([heap], { sampleMs: 0, hysteresis: 0.5, holdMs: 10_000 })
    heap.set(1)
    limiter.pressure(0)
    heap.set(0.8)
    expect(limiter.snapshot(1).signals[0]?.held).toBe(1)
    limiter.update({ scales: { heap: { start: 2, full: 3 } } } satisfies PressureUpdate)
    expect(limiter.snapshot(2).signals[0]?.held).toBe(0.8)
  })
})

describe('options of PressureLimiter', () => {
  it.each<[object, string]>([
    [{ sampelMs: 5 }, 'unknown option "sampelMs"; known are name, scales'],
    [{ name: 5 }, 'option "name" must be a string'],
    [{ hysteresis: -0.1 }, 'option "hysteresis" must be a number >= 0 and <= 1'],
    [{ hysteresis: NaN }, 'option "hysteresis"'],
    [{ holdMs: 3_600_001 }, 'option "holdMs"'],
    [{ retryAfterMs: 0 }, 'option "retryAfterMs" must be a number >= 1'],
    [{ sampleMs: Infinity }, 'option "sampleMs"'],
    [{ combine: 'min' }, 'option "combine" must be one of "max", "probabilistic-or", got "min"'],
    [{ scales: null }, 'option "scales" must be an object'],
    [{ scales: [] }, 'option "scales" must be an object'],
    [{ scales: { heep: { start: 0, full: 1 } } }, 'option "scales": unknown option "heep"; known are heap'],
    [{ scales: { heap: { start: 1, full: 0.9 } } }, 'option "scales.heap.full" must be a number >= 1'],
    [{ scales: { heap: 1 } }, 'option "scales.heap" must be an object with "start" and "full"'],
    [{ classes: 'all' }, 'option "classes" must be an object'],
    [{ classes: { normal: { start: 0, full: 1 } } }, 'unknown option "normal"; known are critical_plus'],
    [{ classes: { critical: { start: 0, full: 1.1 } } }, 'option "classes.critical.full" must be'],
    [
      { classes: { critical: { start: 0.1, full: 0.9 } } },
      'must not shed critical before sheddable_plus, which matters less; got 0.1 to 0.9 before 0.2 to 0.6',
    ],
  ])('%j is complained about', (options, complaint) => {
    expect(() => make([signal(0)], options)).toThrow(complaint)
  })

  it('may be undefined, which is their default', () => {
    const options = { scales: undefined, classes: undefined, holdMs: undefined } as unknown as PressureOptions
    expect(shares([signal(0.95)], options)[0]).toBeCloseTo(0.5, 9)
  })
})
