import { describe, expect, test } from 'vitest'
import { SideRecord } from '../src/run/board.ts'
import { assign, parseAffinity } from '../src/run/cores.ts'
import { narrate } from '../src/run/narrate.ts'
import { plan, scenarios } from '../src/run/scenario.ts'
import { percent, wrap } from '../src/run/text.ts'
import { board, slice } from './fixtures.ts'

describe('scenarios', () => {
  test.each(scenarios)('$name begins and ends calm, and is overloaded in between', (scenario) => {
    const phases = plan(scenario, 4, { seconds: 40, capacity: 100 })
    expect(phases.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(40)
    expect([phases[0]?.rate, phases.at(-1)?.rate]).toEqual([50, 50])
    expect(phases.some(({ name, rate }) => name === 'overload' && rate === 400)).toBe(true)
  })
})

describe('SideRecord', () => {
  test('never mixes two loads into one second', () => {
    const record = new SideRecord()
    for (const phase of [0, 0, 0, 1, 1]) record.add(slice({ phase, offered: phase === 0 ? 10 : 100 }))
    const report = { inflight: 0, served: 0, control: undefined }
    expect(record.look(report, 5).now.offered).toBe(400)
    expect(record.look(report, 3).now.offered).toBe(40)
  })
})

describe('cores', () => {
  test('reads what taskset says', () => {
    expect(parseAffinity("pid 7's current affinity list: 0-2,5\n")).toEqual([0, 1, 2, 5])
    expect(parseAffinity('nonsense')).toEqual([])
  })

  test('gives both twins the same', () => {
    expect(assign([2, 3])).toMatchObject({ unprotected: 2, unprotectedLoad: 2, protected: 3, protectedLoad: 3 })
    expect(assign([0, 1, 2])).toMatchObject({ unprotected: 0, protected: 1, unprotectedLoad: 2, protectedLoad: 2 })
    expect(assign([0, 1, 2, 3])).toMatchObject({ unprotectedLoad: 2, protectedLoad: 3 })
    expect(assign([0])).toMatchObject({ unprotected: undefined, protected: undefined })
  })
})

describe('narrate', () => {
  const calm = board({}).protected.now

  test('does not claim what is not so', () => {
    const ill = { ...calm, served: 20, unanswered: 80 }
    expect(narrate({ stretch: 'calm', times: 0.5, unprotected: calm, protected: calm }).join()).toContain(
      'serve everybody',
    )
    const said = narrate({ stretch: 'calm', times: 0.5, unprotected: ill, protected: calm }).join()
    expect(said).not.toContain('serve everybody')
    expect(said).toContain('answered 20 of its last 100 clients')
  })
})

describe('text', () => {
  test('never rounds a part up to all or down to nothing', () => {
    expect([0, 0.001, 0.5, 0.9999, 1].map(percent)).toEqual(['0 %', '< 1 %', '50 %', '99.9 %', '100 %'])
  })

  test('wraps at blanks', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  })
})
