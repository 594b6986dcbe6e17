/** Records traces of the plain implementation, with other parameters than the golden ones have. */
import { seededRandom, type LimitTrace, type LimitTraceCase } from '@spillway/core/testing'

import type { Chance, OracleMaker } from './netflix-oracle.ts'

/** Shares of the limit in flight, latencies and drops that change character every so many samples. */
function nextSample(random: Chance, index: number, limit: number): [rtt: number, inflight: number, dropped: boolean] {
  const phase = Math.floor(index / 60) % 5
  const share = phase === 4 ? 0.1 + 0.4 * random() : 0.5 + 0.6 * random()
  const ms = [10, 35, 10, 12, 11][phase]! * (1 + 0.3 * random()) + (random() < 0.02 ? 80 : 0)
  const isTiny = random() < 0.01
  return [
    isTiny ? 1 + Math.floor(random() * 1e5) : Math.floor(ms * 1e6),
    Math.round(share * limit),
    random() < (phase === 2 ? 0.15 : 0.005),
  ]
}

function recordCase(make: OracleMaker, seed: number, length: number): LimitTraceCase {
  const random = seededRandom(seed)
  const chance = seededRandom(seed ^ 0x51ed27)
  const draws: number[] = []
  const oracle = make((value) => {
    draws.push(value)
    return value
  }, chance)
  const initialLimit = oracle.limit()
  const samples: number[][] = []
  const checkpoints: { after: number; state: Record<string, number> }[] = []
  for (let i = 0, start = 1e9; i < length; i++) {
    start += Math.floor(random() * 4e6)
    const [rtt, inflight, dropped] = nextSample(random, i, oracle.limit())
    oracle.sample(start, rtt, inflight, dropped)
    samples.push([start, rtt, inflight, dropped ? 1 : 0, oracle.limit()])
    if (i % 10 === 9) checkpoints.push({ after: i + 1, state: oracle.state() })
  }
  return { shape: 'mixed', seed, initialLimit, random: { draws }, checkpoints, samples }
}

/** A trace of the golden format. */
export function record(name: string, params: Record<string, unknown>, make: OracleMaker): LimitTrace {
  return { class: name, params, unit: 'ns', cases: [1, 2, 3].map((seed) => recordCase(make, seed, 1500)) }
}
