/** Both CoDels against recorded runs. */
import { readFileSync } from 'node:fs'
import { replayCodelTrace, type CodelTrace } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

function trace(name: string): CodelTrace {
  return JSON.parse(readFileSync(new URL(`../queue/fixtures/${name}.json`, import.meta.url), 'utf8')) as CodelTrace
}

describe.each([
  ['codel-rfc8289', 'events', 16_581],
  ['codel-service', 'rows', 8400],
] as const)('%s', (name, kind, size) => {
  const recorded = trace(name)

  it('is whole', () => {
    const sizes = recorded.cases.map((one) =>
      kind in one ? (one as never as Record<string, unknown[]>)[kind]!.length : 0,
    )
    expect(recorded.cases).toHaveLength(14)
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(size)
  })

  it('is what comes out', () => {
    expect(replayCodelTrace(recorded)).toEqual([])
  })

  it.each([{ targetNs: 20_000_000 }, { intervalNs: 98_000_000 }])('is not what comes out with %o', (change) => {
    const changed = { ...recorded, params: { ...recorded.params, ...change } }
    expect(replayCodelTrace(changed)).not.toEqual([])
  })
})

it('names the case, the event, what was expected and what came', () => {
  const events = [
    ['a', 0, 7],
    ['d', 3, 8, [], null, 0, 0],
  ]
  const params = { targetNs: 5, intervalNs: 100 }
  expect(replayCodelTrace({ params, cases: [{ shape: 'made up', seed: 3, events }] })).toEqual([
    { case: 'made up, seed 3', index: 1, expected: '[8,[],0,false,null]', actual: '[7,[],0,false,null]' },
  ])
})

it('refuses what is no such record', () => {
  expect(() => replayCodelTrace({ params: { targetNs: 1, intervalNs: 1 }, cases: [{} as never] })).toThrow(TypeError)
})
