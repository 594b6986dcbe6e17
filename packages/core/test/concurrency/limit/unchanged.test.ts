/** What knee and delay limits make of recorded streams of samples: a change of how they learn shows here, and is made on purpose. */
import { DelayLimit, KneeLimit } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { expect, it } from 'vitest'

/** Values after every 500 of 10,000 random events: calm, saturation, brown-out, callers who leave, idling. */
function kneeTrace(seed: number): number[] {
  const random = seededRandom(seed)
  const limit = new KneeLimit()
  const values: number[] = []
  let now = 0
  for (let i = 1; i <= 10_000; i++) {
    const regime = Math.floor(i / 700) % 5
    const full = Math.floor(limit.value)
    const inflight = regime === 0 ? 1 + Math.floor(random() * 10) : regime === 4 && random() < 0.9 ? 2 : full
    now += (regime === 2 ? 8 : 1) * random() * 2
    const rttMs = (regime === 2 ? 160 : 20) * (0.5 + random()) + (regime === 1 ? full : 0)
    if (regime === 3 && random() < 0.4) limit.lost(now, rttMs, inflight)
    else limit.sample(now, rttMs, inflight)
    if (i % 500 === 0) values.push(Math.round(limit.value * 1e6) / 1e6)
  }
  return values
}

/** The same for the delay limit, which ticks once in about four samples. */
function delayTrace(seed: number): number[] {
  const random = seededRandom(seed)
  const limit = new DelayLimit()
  const values: number[] = []
  let now = 0
  for (let i = 1; i <= 10_000; i++) {
    now += random() * 10
    const inflight = Math.floor(limit.value * (0.4 + 0.6 * random()))
    const delayMs = Math.max(0, inflight - 30) * random() * 2
    if (random() < 0.25) limit.tick(now, delayMs)
    else limit.sample(now, 20 + delayMs + 5 * random(), inflight)
    if (i % 500 === 0) values.push(Math.round(limit.value * 1e6) / 1e6)
  }
  return values
}

it.each([
  [1, [16, 20, 25, 25, 3, 4, 4, 4, 4, 3, 5, 2, 3, 4, 4, 3, 4, 4, 3, 5]],
  [2, [16, 13, 16, 16, 2, 5, 4, 4, 4, 8, 8, 2, 3, 5, 5, 5, 6, 6, 3, 5]],
  [3, [16, 13, 16, 13, 3, 4, 4, 4, 4, 3, 5, 3, 5, 5, 5, 4, 3, 5, 2, 3]],
])('KneeLimit with seed %d learns as it did', (seed, values) => {
  expect(kneeTrace(seed)).toEqual(values)
})

it.each([
  [
    1,
    [
      62.673892, 54.506289, 56.709634, 57.728459, 63.536015, 45.596178, 63.092863, 49.207281, 49.11116, 60.440026,
      56.969626, 65.923522, 53.459008, 65.047753, 49.90998, 61.126067, 54.623566, 52.036057, 72.139642, 57.574678,
    ],
  ],
  [
    2,
    [
      52.608187, 88.449414, 63.741335, 58.918601, 58.084343, 67.724515, 64.920725, 58.219359, 50.643546, 69.049207,
      60.660109, 50.630708, 44.615334, 65.153874, 48.920591, 55.023723, 53.117223, 48.524381, 71.19186, 49.949057,
    ],
  ],
  [
    3,
    [
      55.443031, 50.430166, 49.344872, 65.720587, 57.264783, 61.633491, 52.776702, 56.05369, 55.605906, 57.477511,
      72.19135, 43.450674, 59.231151, 61.110846, 47.792314, 49.727313, 57.188985, 52.245876, 63.622893, 55.636386,
    ],
  ],
])('DelayLimit with seed %d learns as it did', (seed, values) => {
  const trace = delayTrace(seed)
  for (const [i, value] of values.entries()) expect(trace[i]).toBeCloseTo(value, 5)
})
