/** Parameters of recordings: read however they are written. */
import { createTraceLimit, type TraceLimit } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

/** What Vegas makes of one sample in full use, after a round trip of 10 ms: at a limit of 400, so that log10i is 2 and sqrti 20. */
function vegas(params: Record<string, unknown>, rtt: number): number {
  const { limit } = createTraceLimit('VegasLimit', { initialLimit: 400, maxConcurrency: 5000, ...params }, [0.7])
  limit.sample(1e9, 10e6, 400, false)
  limit.sample(1e9, rtt, 400, false)
  return limit.value
}

describe('createTraceLimit, what depends on the limit', () => {
  it.each([
    [5, 5],
    ['5', 5],
    ['3*log10i', 6],
    ['log10i * 3 + 1', 7],
    ['log10i(limit)', 2],
    ['sqrti', 20],
    ['max(4,sqrti)', 20],
    ['min(4, sqrti, 7)', 4],
    ['limit/100', 4],
    ['n -> n / 300', 1],
    ['(x) => 2 * (x - 390)', 20],
    ['Math.ceil(log10) - -1', 4],
    ['1e1', 10],
    ['7 - 2 - 1', 4],
    ['24 / 4 / 2', 3],
  ])('takes %s for %d', (beta, expected) => {
    expect(vegas({ beta }, 10e6)).toBe(400 + expected)
  })

  it.each([
    ['+log10i', 402],
    ['log10i', 402],
    ['+2', 402],
    ['2', 402],
    [2, 402],
    ['*1.5', 600],
    ['limit*1.5', 600],
    ['limit + log10i', 402],
    ['x -> x + 1', 401],
    ['+log10i-1', 401],
  ])('takes %s for an increase to %d', (increase, expected) => {
    expect(vegas({ increase, threshold: 0, alpha: 100, beta: 200 }, 11e6)).toBe(expected)
  })

  it.each([
    ['-log10i', 398],
    ['log10i', 398],
    ['-3', 397],
    [3, 397],
    [-3, 397],
    ['*0.5', 200],
    ['/2', 200],
    ['limit - 2*log10i + 1', 397],
    ['limit->max(1,limit-10)', 390],
  ])('takes %s for a decrease to %d', (decrease, expected) => {
    expect(vegas({ decrease }, 40e6)).toBe(expected)
  })

  it.each(['', 'often', '3*', 'max(4', '2 3', 'log10i(limit', '3*constructor', 'a -> b', '#'])(
    'refuses "%s"',
    (alpha) => {
      expect(() => createTraceLimit('VegasLimit', { alpha }, [0.7])).toThrow(TypeError)
    },
  )

  it('says which formula it could not read', () => {
    expect(() => createTraceLimit('GradientLimit', { queueSize: 'some' })).toThrow(
      new TypeError('limit trace: no formula of the limit: "some"; such are 3*log10i, max(4,sqrti), limit*1.1'),
    )
  })
})

/** The round trip that a percentile window of ten makes of 1 to 10 ms, seen as the long round trip of Gradient2. */
function longRtt(params: Record<string, unknown>): number | undefined {
  const made = createTraceLimit('WindowedLimit(Gradient2Limit)', { minWindowTimeNs: 1e9, ...params })
  made.limit.sample(1e9, 5e6, 1, false)
  for (let i = 1; i <= 9; i++) made.limit.sample(1e9, i * 1e6, 1, false)
  made.limit.sample(5e9, 10e6, 1, false)
  return made.state()['longRtt']
}

describe('createTraceLimit, windows', () => {
  it.each([
    [{}, 5.5],
    [{ sampleWindow: 'average' }, 5.5],
    [{ sampleWindow: { type: 'average' } }, 5.5],
    [{ sampleWindow: 'percentile 0.8' }, 8],
    [{ sampleWindow: 'percentile:0.8' }, 8],
    [{ sampleWindow: 'percentile(0.8, 200)' }, 8],
    [{ sampleWindow: 'PercentileSampleWindowFactory.of(0.8, 200)' }, 8],
    [{ sampleWindow: 'p80' }, 8],
    [{ sampleWindow: { percentile: 0.8 } }, 8],
    [{ sampleWindow: { type: 'percentile', value: '0.8', windowSize: 10 } }, 8],
    [{ sampleWindow: 'percentile', percentile: 0.8 }, 8],
    [{ percentile: 0.8, percentileWindowSize: 10 }, 8],
  ])('reads %o', (params, expectedMs) => {
    expect(longRtt(params)).toBe(expectedMs * 1e6)
  })

  it.each(['median', ['percentile'], { share: 0.5 }, true])('refuses a sampleWindow of %o', (sampleWindow) => {
    expect(() => longRtt({ sampleWindow })).toThrow('limit trace: parameter "sampleWindow" must be like average')
  })

  it.each([
    ['WindowedLimit(AIMDLimit)', { delegate: { initialLimit: 33 } }],
    ['WindowedLimit', { delegate: { class: 'AIMDLimit', initialLimit: 33 } }],
    ['WindowedLimit', { delegate: { class: 'AIMDLimit', params: { initialLimit: 33 } } }],
    ['WindowedLimit', { delegate: 'AIMDLimit', delegateParams: { initialLimit: 33 } }],
    ['WindowedLimit(AIMDLimit)', { initialLimit: 33 }],
  ])('finds the delegate of %s %o', (className, params) => {
    const made = createTraceLimit(className, { windowSize: 10, ...params })
    expect([made.limit.value, made.ignored]).toEqual([33, []])
  })

  it('rounds averages down to whole units', () => {
    const made = createTraceLimit('WindowedLimit(Gradient2Limit)', { windowSize: 1 })
    made.limit.sample(1e9, 5e6, 1, false)
    made.limit.sample(2e9, 5e6, 1, false)
    made.limit.sample(2e9 + 1, 7e6 + 1, 1, false)
    expect(made.state()['longRtt']).toBe((5e6 + 6e6) / 2)
  })
})

describe('createTraceLimit', () => {
  it('reads times in any unit', () => {
    const isLost = (params: Record<string, unknown>, unit?: string): boolean => {
      const made: TraceLimit = createTraceLimit('AIMDLimit', { initialLimit: 50, ...params }, [], unit)
      made.limit.sample(1e9, 2000, 50, false)
      return made.limit.value < 50
    }
    expect(
      [{ timeoutNs: 1999 }, { timeoutUs: 1.999 }, { timeoutMillis: 0.001999 }, { timeout: 1999 }].map((each) =>
        isLost(each),
      ),
    ).toEqual([true, true, true, true])
    expect([isLost({ timeoutNs: 2000 }), isLost({ timeoutMs: 1999 }, 'ms'), isLost({ timeoutMs: 2000 }, 'ms')]).toEqual(
      [false, true, false],
    )
  })

  it('replays chance to the last bit', () => {
    expect(createTraceLimit('VegasLimit', {}, [0.5209698023007154]).state()['probeJitter']).toBe(0.5209698023007154)
    for (let countdown = 1000; countdown < 2000; countdown++)
      expect(createTraceLimit('GradientLimit', { probeInterval: 1000 }, [countdown]).state()['resetRttCounter']).toBe(
        countdown,
      )
  })

  it('takes a probeInterval of -1 for never', () => {
    for (const probeInterval of [-1, '-1', 'disabled'])
      expect(createTraceLimit('GradientLimit', { probeInterval }, [-1])).toMatchObject({ missingDraws: 0 })
  })

  it('refuses a class, a number or a unit that it does not know', () => {
    expect(() => createTraceLimit('FixedLimit')).toThrow(
      new TypeError(
        'limit trace: unknown class "FixedLimit"; known are AIMDLimit, VegasLimit, GradientLimit, Gradient2Limit and WindowedLimit(...)',
      ),
    )
    expect(() => createTraceLimit('VegasLimit', { smoothing: 'much' })).toThrow(
      new TypeError('limit trace: parameter "smoothing" must be a number, got "much"'),
    )
    expect(() => createTraceLimit('VegasLimit', {}, [], 'hours')).toThrow(TypeError)
  })
})
