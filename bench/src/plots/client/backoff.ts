/** Backoffs: where delays lie for each retry, and how many clients come back at once; hedging: the tail with and without. */
import {
  decorrelatedJitter,
  equalJitter,
  exponentialBackoff,
  fullJitter,
  HedgePolicy,
  type Backoff,
  type BackoffOptions,
} from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'

const options: BackoffOptions = { baseMs: 100, maxMs: 1600 }
const retries = [0, 1, 2, 3]
const shades = [colour.ours, colour.third, colour.second, colour.fifth]
const clients = 4000
const binMs = 50

type Maker = (options: BackoffOptions) => Backoff

/** The delays before each retry of many clients. */
function delaysOf(make: Maker): number[][] {
  const backoff = make({ ...options, random: seededRandom(1) })
  return Array.from({ length: clients }, () => {
    let previousMs: number | undefined
    return retries.map((retry) => (previousMs = backoff(retry, previousMs === undefined ? {} : { previousMs })))
  })
}

function densityPanel(name: string, make: Maker): Panel {
  const all = delaysOf(make)
  const series = retries.map((retry, i): Series => {
    const counts = Array.from({ length: 1700 / binMs }, () => 0)
    for (const delays of all) {
      const bin = Math.floor((delays[retry] ?? 0) / binMs)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    const points = counts.map((count, bin): Point => [bin * binMs, count / clients])
    return { name: `retry ${retry}`, points, colour: shades[i] ?? '' }
  })
  return {
    title: name,
    mark: 'step',
    x: { title: `delay, ms`, domain: [0, 1700] },
    y: { title: 'clients per 50 ms', kind: 'share', domain: [0, 0.6], values: [0, 0.2, 0.4, 0.6] },
    series,
    height: 110,
  }
}

/** When four thousand clients come again that failed at one instant and go on failing. */
function returnsPanel(): Panel {
  const series = (name: string, make: Maker, own: string): Series => {
    const counts = Array.from({ length: 60 }, () => 0)
    for (const delays of delaysOf(make)) {
      let at = 0
      for (const delay of delays) {
        at += delay
        const bin = Math.floor(at / binMs)
        if (bin < counts.length) counts[bin] = (counts[bin] ?? 0) + 1
      }
    }
    return { name, colour: own, points: counts.map((count, bin): Point => [(bin * binMs) / 1000, count]) }
  }
  return {
    title: '4000 clients failed at once: when they come again',
    mark: 'step',
    x: { title: 'seconds after the failure', domain: [0, 3] },
    y: { title: 'tries per 50 ms', domain: [0, 4200] },
    series: [series('no jitter', exponentialBackoff, colour.bad), series('fullJitter', fullJitter, colour.ours)],
    height: 130,
  }
}

/** Latencies of requests of 10 ms of which a few take long, and what a hedge after 40 ms makes of them. */
function hedgePanel(): Panel {
  const [random, again] = [seededRandom(11), seededRandom(12)]
  const draw = (from: () => number): number => 10 + (from() < 0.05 ? 20 + from() * 480 : from() * 20)
  const policy = new HedgePolicy({ delayMs: 40 })
  const [alone, hedged]: [number[], number[]] = [[], []]
  for (let i = 0; i < 20_000; i++) {
    const now = i
    policy.budget.start('first', now)
    const first = draw(random)
    const second = policy.afterMs(0) + draw(again)
    alone.push(first)
    hedged.push(first > policy.afterMs(0) && policy.start(now) ? Math.min(first, second) : first)
  }
  const tail = (name: string, values: readonly number[], own: string): Series => {
    const sorted = values.toSorted((a, b) => a - b)
    const quantiles = [0.5, 0.8, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999]
    const points = quantiles.map((q): Point => [1 - q, sorted[Math.floor(q * sorted.length)] ?? NaN])
    return { name, points: points.toSorted((a, b) => Number(a[0]) - Number(b[0])), colour: own }
  }
  return {
    title: 'A hedge after 40 ms, at most 5 % of them',
    mark: 'line',
    x: {
      title: 'share of requests that take longer (log)',
      kind: 'log',
      domain: [0.001, 0.5],
      values: [0.001, 0.01, 0.05, 0.1, 0.5],
    },
    y: { title: 'latency, ms', domain: [0, 520] },
    series: [tail('without', alone, colour.pale), tail('HedgePolicy', hedged, colour.ours)],
    height: 130,
  }
}

export const backoffAndHedging: Plot = {
  name: 'backoff-and-hedging',
  make: () => ({
    title: 'Jitter spreads what backoff only delays; a hedge cuts the tail',
    subtitle: 'baseMs 100, maxMs 1600; 4000 clients that fail four times in a row',
    columns: 2,
    panels: [
      densityPanel('exponentialBackoff', exponentialBackoff),
      densityPanel('fullJitter', fullJitter),
      densityPanel('equalJitter', equalJitter),
      densityPanel('decorrelatedJitter', decorrelatedJitter),
      returnsPanel(),
      hedgePanel(),
    ],
  }),
}
