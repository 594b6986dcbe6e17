/** Replaying recordings of limits: that what differs is found. */
import { replayLimitTrace, type LimitTrace } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const aimd: LimitTrace = {
  class: 'AIMDLimit',
  params: { initialLimit: 50, minLimit: 1, maxLimit: 100, backoffRatio: 0.5, timeoutNs: 5e9 },
  cases: [
    {
      shape: 'mixed',
      seed: 7,
      initialLimit: 50,
      checkpoints: [{ after: 2, state: { limit: 26 } }],
      samples: [
        [1e9, 1e7, 50, 1, 25],
        [1e9, 1e7, 25, 0, 26],
        [1e9, 6e9, 25, 0, 13],
      ],
    },
  ],
}

describe('replayLimitTrace', () => {
  it('finds nothing where nothing differs', () => {
    expect(replayLimitTrace(aimd)).toEqual({
      cases: 1,
      samples: 3,
      checkpoints: 1,
      mismatched: 0,
      mismatches: [],
      ignored: [],
    })
  })

  it('finds each limit and each state that differs, and where', () => {
    const [first] = aimd.cases
    const wrong = {
      ...aimd,
      cases: [
        {
          ...first!,
          initialLimit: 51,
          checkpoints: [{ after: 2, state: { limit: 26.5 } }],
          samples: first!.samples.map((row, i) => (i === 2 ? [...row.slice(0, 4), 14] : row)),
        },
      ],
    }
    expect(replayLimitTrace(wrong)).toMatchObject({
      mismatched: 3,
      mismatches: [
        { case: '0 mixed seed 7', index: 0, field: 'initialLimit', expected: 51, actual: 50 },
        { case: '0 mixed seed 7', index: 2, field: 'limit', expected: 26.5, actual: 26 },
        { case: '0 mixed seed 7', index: 3, field: 'limit', expected: 14, actual: 13 },
      ],
    })
  })

  it('keeps the first hundred differences and counts them all', () => {
    const samples = Array.from({ length: 250 }, () => [1e9, 1e7, 50, 0, -1])
    const replay = replayLimitTrace({ ...aimd, cases: [{ samples }] })
    expect([replay.mismatched, replay.mismatches.length]).toEqual([250, 100])
  })

  it('finds that chance was asked more often than recorded', () => {
    const trace = { class: 'VegasLimit', params: {}, cases: [{ random: { draws: [] }, samples: [] }] }
    expect(replayLimitTrace(trace).mismatches).toEqual([
      { case: '0  seed ?', index: 0, field: 'draws', expected: 0, actual: 1 },
    ])
  })

  it('reads columns by their names', () => {
    const columns = ['limit', 'didDrop', 'inflight', 'rtt', 'startTime']
    const cases = aimd.cases.map((each) => ({ ...each, samples: each.samples.map((row) => row.toReversed()) }))
    expect(replayLimitTrace({ ...aimd, columns, cases }).mismatched).toBe(0)
    expect(() => replayLimitTrace({ ...aimd, columns: ['rtt'] })).toThrow(
      'limit trace: "columns" must name startTime, rtt',
    )
  })

  it('says which parameters and states it did not understand, and compares the rest', () => {
    const [first] = aimd.cases
    const checkpoints = [{ after: 1, state: { limit: 25, weather: 5 } }]
    const trace = { ...aimd, params: { ...aimd.params, colour: 'red' }, cases: [{ ...first!, checkpoints }] }
    expect(replayLimitTrace(trace)).toMatchObject({ mismatched: 0, ignored: ['colour', 'weather'] })
  })

  it('refuses what is no trace', () => {
    for (const bad of [undefined, {}, { cases: 5 }])
      expect(() => replayLimitTrace(bad as never)).toThrow(new TypeError('limit trace: must have an array "cases"'))
  })
})
