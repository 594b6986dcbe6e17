/** The ring of the sliding log, against a list. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnitLog } from '../../src/rate/unit-log.ts'

interface Entry {
  readonly tick: number
  parts: number
}

/** When so many parts will have left, oldest first. */
function whenLeft(list: readonly Entry[], parts: number): number {
  let sum = 0
  for (const entry of list) {
    sum += entry.parts
    if (sum >= parts) return entry.tick
  }
  return NaN
}

const used = (log: UnitLog): number => log.state[0] as number

const operations = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'remove', 'leave', 'undo'),
    gap: fc.constantFrom(0, 0, 1, 3, 10),
    parts: fc.integer({ min: 1, max: 9 }),
    pick: fc.nat(1000),
  }),
  { minLength: 20, maxLength: 200, size: 'max' },
)

describe('UnitLog', () => {
  it('does what a list does while there is room', () => {
    fc.assert(
      fc.property(operations, (plan) => {
        const log = new UnitLog(1000, 2000)
        let list: Entry[] = []
        let now = -500
        for (const { what, gap, parts, pick } of plan) {
          const at = list.length === 0 ? 0 : what === 'undo' ? list.length - 1 : pick % list.length
          const entry = list[at]
          if (what === 'add') {
            now += gap
            log.add(now, parts)
            if (list.at(-1)?.tick === now) list.at(-1)!.parts += parts
            else list.push({ tick: now, parts })
          } else if (what === 'leave') {
            const until = now - 1 - (pick % 30)
            log.leave(until)
            list = list.filter(({ tick }) => tick > until)
          } else if (entry !== undefined) {
            const back = Math.min(parts, entry.parts)
            log.remove(entry.tick, parts)
            entry.parts -= back
            list = list.filter((other) => other.parts > 0)
          }
          const sum = list.reduce((total, other) => total + other.parts, 0)
          expect([used(log), log.size]).toEqual([sum, list.length])
          for (const part of [1, Math.ceil(sum / 3), sum])
            if (sum > 0) expect(log.whenLeft(part)).toBe(whenLeft(list, part))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('finds a sum among tens of thousands of entries by passing over blocks of them', () => {
    const log = new UnitLog(1e6, 65_536)
    for (let i = 0; i < 30_000; i++) log.add(i, 1 + (i % 3))
    log.leave(19_999)
    for (let i = 30_000; i < 45_000; i++) log.add(i, 1 + (i % 3))
    expect([log.size, used(log)]).toEqual([25_000, 50_001])
    for (const parts of [1, 2, 500, 10_000, 33_333, 49_999, 50_001]) {
      let sum = 0
      let tick = 19_999
      while (sum < parts) sum += 1 + (++tick % 3)
      expect(log.whenLeft(parts)).toBe(tick)
    }
  })

  it('never holds more entries than it may, and lets nothing leave early or late by more than a cell', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 16, max: 40 }), (plan, maxEntries) => {
        const span = 100
        const cell = Math.ceil(span / ((maxEntries >> 1) - 2))
        const log = new UnitLog(span, maxEntries)
        let list: Entry[] = []
        let now = 0
        for (const { what, gap, parts, pick } of plan) {
          if (what === 'add' || what === 'leave') {
            now += gap
            log.leave(now - span)
            log.add(now, parts)
            list.push({ tick: now, parts })
          } else {
            const entry = list[pick % Math.max(1, list.length)]
            // What has left for good is not given back.
            if (entry === undefined || entry.tick <= now - span) continue
            log.remove(entry.tick, entry.parts)
            list = list.filter((other) => other !== entry)
          }
          expect(log.size).toBeLessThanOrEqual(maxEntries)
          const held = (since: number): number =>
            list.reduce((sum, { tick, parts: p }) => sum + (tick > since ? p : 0), 0)
          expect(used(log)).toBeGreaterThanOrEqual(held(now - span))
          expect(used(log)).toBeLessThanOrEqual(held(now - span - cell))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('takes back what came last without a trace, also where entries join', () => {
    const [touched, untouched] = [new UnitLog(1000, 16), new UnitLog(1000, 16)]
    for (let now = 0; now < 3000; now += 7) {
      for (const log of [touched, untouched]) log.leave(now - 1000)
      touched.add(now, 3)
      touched.remove(now, 3)
      if (now % 3 !== 0) for (const log of [touched, untouched]) log.add(now, 2)
      expect(touched.size).toBe(untouched.size)
      for (let parts = 1; parts <= used(touched); parts += 5)
        expect(touched.whenLeft(parts)).toBe(untouched.whenLeft(parts))
    }
  })

  it('leaves no trace of what came and was taken back at once, whatever else happens', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 16, max: 40 }), (plan, maxEntries) => {
        const [touched, untouched] = [new UnitLog(100, maxEntries), new UnitLog(100, maxEntries)]
        const added: Entry[] = []
        let now = 0
        for (const { what, gap, parts, pick } of plan) {
          now += gap
          for (const log of [touched, untouched]) log.leave(now - 100)
          touched.add(now, parts)
          touched.remove(now, parts)
          if (what === 'add') added.push({ tick: now, parts })
          // Each is taken back once at most, and the newest stays: what joined for it is remembered for one that comes and goes.
          const entry = what === 'remove' ? added.splice(pick % Math.max(1, added.length - 1), 1)[0] : undefined
          if (entry?.tick === touched.newest) continue
          for (const log of [touched, untouched]) {
            if (what === 'add') log.add(now, parts)
            else if (entry !== undefined) log.remove(entry.tick, entry.parts)
          }
          expect([used(touched), touched.size]).toEqual([used(untouched), untouched.size])
          for (let part = 1; part <= used(touched); part += 1 + (used(touched) >> 3))
            if (touched.whenLeft(part) !== untouched.whenLeft(part)) expect(touched).toBe(untouched)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('keeps its memory while entries are taken out of the middle', () => {
    const log = new UnitLog(1e9, 64)
    for (let i = 0; i < 100_000; i++) {
      log.add(i, 1)
      log.add(i + 0.5, 1)
      log.remove(i, 1)
      if (i % 20 === 19) log.leave(i - 10)
    }
    expect(log.size).toBeLessThanOrEqual(64)
    expect(log.bytes).toBeLessThanOrEqual(2 * 64 * 16 + 8)
    expect(used(log)).toBeGreaterThan(0)
  })

  it('closes the holes of what was taken out instead of growing', () => {
    const log = new UnitLog(1e9, 1024)
    for (let i = 0; i < 10_000; i++) {
      log.add(i, 1)
      if (i >= 5) log.remove(i - 5, 1)
    }
    expect([log.size, used(log)]).toEqual([5, 5])
    expect(log.bytes).toBeLessThanOrEqual(16 * 16 + 8)
    expect(log.whenLeft(3)).toBe(9997)
  })

  it('parts nothing from what was taken from after it had joined', () => {
    const log = new UnitLog(600, 16)
    // Six stand in the window, so that 310 joins 300 when 320 comes.
    for (const tick of [0, 100, 200, 260, 300, 310, 320]) log.add(tick, 2)
    expect(log.size).toBe(6)
    log.remove(310, 2)
    log.remove(300, 1)
    log.remove(320, 2)
    expect([used(log), log.size, log.newest]).toEqual([9, 5, 310])
    expect([log.whenLeft(8), log.whenLeft(9)]).toEqual([260, 310])
  })

  it('parts nothing of what has left', () => {
    const log = new UnitLog(600, 16)
    for (const tick of [0, 100, 200, 260, 300, 310, 320]) log.add(tick, 2)
    log.leave(315)
    log.remove(320, 2)
    expect([used(log), log.size]).toEqual([0, 0])
  })

  it('grows with use only, and forgets no more than it must when it has to be smaller', () => {
    const log = new UnitLog(1000, 1024)
    expect(log.bytes).toBeLessThan(300)
    for (let i = 0; i < 100; i++) log.add(i, 1)
    log.resize(1000, 16)
    for (let i = 100; i < 3000; i++) {
      log.leave(i - 1000)
      log.add(i, 1)
      expect(log.size).toBeLessThanOrEqual(110)
    }
    expect(log.size).toBeLessThanOrEqual(16)
    expect(log.bytes).toBeLessThan(5000)
  })

  it('gives nothing back for what it does not hold', () => {
    const log = new UnitLog(1000, 16)
    log.remove(5, 1)
    for (const tick of [10, 20, 30]) log.add(tick, 2)
    log.leave(10)
    for (const tick of [10, 5, 31, NaN, Infinity, -Infinity]) log.remove(tick, 2)
    expect(used(log)).toBe(4)
    log.remove(20, 1e9)
    expect([used(log), log.size]).toEqual([2, 1])
    log.remove(20, 1)
    expect(used(log)).toBe(2)
  })

  it('moves and counts anew without losing anything', () => {
    const log = new UnitLog(1000, 64)
    for (let i = 0; i < 20; i++) log.add(i, 3)
    log.leave(4)
    log.shift(100)
    expect([log.newest, log.whenLeft(4)]).toEqual([-81, -94])
    log.remove(-96, 3)
    log.remove(-90, 2)
    expect(used(log)).toBe(43)
    log.scale(0.5)
    expect([used(log), log.size]).toEqual([14 * 2 + 1, 15])
    log.collapse(0, 12)
    expect([used(log), log.size, log.whenLeft(12)]).toEqual([12, 1, 0])
    log.remove(-90, 5)
    expect(used(log)).toBe(7)
    log.collapse(1, 0)
    expect([used(log), log.size]).toEqual([0, 0])
  })
})
