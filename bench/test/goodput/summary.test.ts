/** Figures and medians of the goodput bench. */
import { describe, expect, test } from 'vitest'
import { recoveryMs, share, tens } from '../../src/goodput/measure.ts'
import { leftAfterRefusing, proofFigures, type Proof, type Sample, summariseAll } from '../../src/goodput/summary.ts'
import type { PhaseResult, Slice } from '../../src/load/index.ts'
import { Tally } from '../../src/load/tally.ts'

const nothing = { count: 0, p50: undefined, p99: undefined, max: undefined }

function slice(atMs: number, offered: number, served: number): Slice {
  const counts = { ...new Tally().counts(), offered, served }
  return { ...counts, phase: 0, atMs, lengthMs: 250, servedLatency: nothing, refusedLatency: nothing, byPriority: {} }
}

/** Slices of 250 ms, each with 100 offered. */
function slices(...served: number[]): Slice[] {
  return served.map((count, index) => slice(index * 250, 100, count))
}

function sample(subject: string, load: number, part: Partial<PhaseResult>): Sample {
  const latency = { count: 100, p50: 30, p99: 60, max: 70 }
  const phase: PhaseResult = {
    ...new Tally().counts(),
    name: '',
    seconds: 1,
    offered: 200,
    served: 100,
    refused: 100,
    answeredIn250: 200,
    offeredPerSecond: 200,
    servedPerSecond: 100,
    completed: 100,
    completedPerSecond: 100,
    answeredShare: 1,
    servedLatency: latency,
    refusedLatency: latency,
    sendLag: latency,
    byPriority: {},
    byTenant: {},
    byPath: {},
    ...part,
  }
  const server = { runs: 110, peakInflight: 5, cpuMs: 900, rssBytes: 2 ** 26 }
  return { subject, load, capacity: 100, result: { phase, served: 100, inFront: false, server } }
}

function proof(subject: string, samples: readonly Sample[]): Proof {
  const rest = { refusalRatio: 14, spikeMs: 250, brownOutMs: 750, tens: [0.95, 0.89], inFront: false }
  return { scenario: 'cpu', subject, summaries: summariseAll(samples), unloadedP99: 30, ...rest }
}

describe('recoveryMs', () => {
  test('is 0 when nothing is lost after the event', () => {
    expect(recoveryMs(slices(100, 0, 0, 100, 100, 100, 100, 100, 100), 750)).toBe(0)
  })

  test('counts to the first of four slices that serve 95 % together', () => {
    expect(recoveryMs(slices(0, 0, 50, 100, 100, 96, 100, 100, 100), 250)).toBe(500)
  })

  test('does not take one good slice for a recovery', () => {
    expect(recoveryMs(slices(0, 100, 0, 0, 0, 100, 100, 100, 100, 100), 0)).toBe(1250)
  })

  test('is infinite when the goodput does not come back', () => {
    expect(recoveryMs(slices(0, 10, 20, 30, 40, 50, 60), 0)).toBe(Infinity)
  })

  test('needs a whole second of proof', () => {
    expect(recoveryMs(slices(0, 0, 0, 100, 100), 0)).toBe(Infinity)
  })
})

test('share of nothing offered is 1', () => {
  expect(share([slice(0, 0, 0)])).toBe(1)
  expect(share(slices(100, 50))).toBe(0.75)
})

test('tens sums whole stretches of 10 s and leaves out the rest', () => {
  const served = Array.from({ length: 90 }, (_, index) => (index < 40 ? 50 : 25))
  expect(tens(slices(...served))).toEqual([200, 100])
})

test('what refusing leaves follows from what a refusal costs', () => {
  expect(leftAfterRefusing(8, 14)).toBe(0.5)
  expect(leftAfterRefusing(8, 3)).toBe(0)
  expect(leftAfterRefusing(1, 3)).toBe(1)
})

test('summaries are medians of ratios to the capacity of their own round', () => {
  const rounds = [80, 90, 40].map((completedPerSecond) => sample('x', 2, { completedPerSecond }))
  const [summary] = summariseAll(rounds)
  expect(summary).toMatchObject({
    rounds: 3,
    goodput: 0.8,
    goodputSpread: [0.4, 0.9],
    refused: 0.5,
    runsPerServed: 1.1,
  })
})

test('summaries stand by subject as they came, then by load', () => {
  const all = summariseAll([sample('b', 4, {}), sample('a', 2, {}), sample('b', 0.5, {})])
  expect(all.map(({ subject, load }) => [subject, load])).toEqual([
    ['b', 0.5],
    ['b', 4],
    ['a', 2],
  ])
})

describe('proofFigures', () => {
  test('holds each load to its own targets', () => {
    const figures = proofFigures(
      proof('spillway', [sample('spillway', 0.9, { refused: 1 }), sample('spillway', 4, {})]),
    )
    const found = Object.fromEntries(figures.map(({ figure, value }) => [figure.replace('cpu, spillway: ', ''), value]))
    expect(found).toEqual({
      'false rejections at 0.9x': 0.5,
      'goodput at 4x': 1,
      'p99 of served at 4x over unloaded': 2,
      'answered within 250 ms at 4x': 100,
      'refusal p99 at 4x': 60,
      'recovery after a 4x spike': 250,
      'recovery after a brown-out': 750,
      'worst 10 s of a long 2x': 0.89,
    })
  })

  test('asks for the critical requests where the load has priorities', () => {
    const critical = { ...new Tally().counts(), offered: 40, served: 39 }
    const figures = proofFigures(proof('spillway', [sample('spillway', 4, { byPriority: { critical } })]))
    expect(figures.find(({ figure }) => figure.includes('critical'))).toMatchObject({
      value: 97.5,
      target: { atLeast: 97 },
    })
  })

  test('at 8x inside a framework, compares with what refusing leaves', () => {
    const inside = proofFigures(proof('spillway', [sample('spillway', 8, { completedPerSecond: 48 })]))
    expect(inside[0]).toMatchObject({ value: 0.96, target: { atLeast: 0.95 } })
    expect(inside[0]?.figure).toContain('of the 0.50 that refusing leaves')
  })

  test('at 8x in front of a framework, compares with the capacity', () => {
    const front = { ...proof('front', [sample('front', 8, { completedPerSecond: 48 })]), inFront: true }
    expect(proofFigures(front)[0]).toMatchObject({ value: 0.48, target: { atLeast: 0.85 } })
  })
})
