/** Estimates against the truth: a rate that changes, the first seconds, a quantile, a minimum. */
import { Ewma, QuantileSketch, RateMeter, WindowedMin, WindowRateMeter } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'

const endMs = 20_000
const x = { title: 'seconds', domain: [0, endMs / 1000] } as const
const rateAt = (at: number): number => (at < 6000 ? 200 : at < 12_000 ? 600 : at < 16_000 ? 200 : 0)

function ratePanel(): Panel {
  const decaying = new RateMeter({ timeConstantMs: 1000, startAt: 0 })
  const windowed = new WindowRateMeter({ windowMs: 2000, startAt: 0 })
  const series: [Point[], Point[]] = [[], []]
  let readAt = 0
  const readUntil = (now: number): void => {
    for (; readAt <= now; readAt += 100) {
      series[0].push([seconds(readAt), decaying.perSecond(readAt)])
      series[1].push([seconds(readAt), windowed.perSecond(readAt)])
    }
  }
  for (const at of byChance(seededRandom(1), endMs, 600, rateAt)) {
    readUntil(at)
    decaying.add(at)
    windowed.add(at)
  }
  readUntil(endMs)
  const truth = [0, 6000, 12_000, 16_000, endMs].map((at): Point => [seconds(at), rateAt(at)])
  return {
    title: 'Events per second: right from the first event on, and 0 after a pause',
    mark: 'step',
    x,
    y: { title: 'events per second', domain: [0, 700] },
    series: [
      { name: 'RateMeter, 1 s', points: series[0], colour: colour.ours },
      { name: 'WindowRateMeter, 2 s', points: series[1], colour: colour.third },
      { name: 'the truth', points: truth, colour: colour.pale, dashed: true },
    ],
  }
}

/** Times of work: a heavy tail that is twice as long from 10 s on. */
function samples(): [at: number, ms: number][] {
  const random = seededRandom(2)
  const slower = (at: number): number => (at < 10_000 ? 1 : 2)
  return byChance(seededRandom(3), endMs, 300, () => 300).map((at) => [
    at,
    slower(at) * (5 + 10 * (1 - random()) ** -0.5 - 10),
  ])
}

interface Readings {
  readonly p99: Point[]
  readonly exact: Point[]
  readonly mean: Point[]
  readonly min: Point[]
}

function readingsOf(all: readonly [number, number][]): Readings {
  const sketch = new QuantileSketch({ timeConstantMs: 2000 })
  const mean = new Ewma({ weight: 0.01 })
  const min = new WindowedMin({ windowMs: 2000 })
  const readings: Readings = { p99: [], exact: [], mean: [], min: [] }
  let readAt = 500
  for (const [at, ms] of all) {
    for (; readAt <= at; readAt += 250) {
      readings.p99.push([seconds(readAt), sketch.quantile(0.9)])
      readings.exact.push([seconds(readAt), exactQuantile(all, readAt, 0.9)])
      readings.mean.push([seconds(readAt), mean.value])
      readings.min.push([seconds(readAt), min.min(readAt)])
    }
    sketch.add(ms, at)
    mean.add(ms)
    min.add(ms, at)
  }
  return readings
}

/** Of the samples of the last four seconds, sorted. */
function exactQuantile(all: readonly [number, number][], now: number, q: number): number {
  const lately = all.filter(([at]) => at > now - 4000 && at <= now).map(([, ms]) => ms)
  return lately.toSorted((a, b) => a - b)[Math.floor(q * (lately.length - 1))] ?? NaN
}

function timesPanel(): Panel {
  const { p99, exact, mean, min } = readingsOf(samples())
  return {
    title: 'Times of work, twice as long from 10 s on: a quantile, the mean, the minimum',
    mark: 'line',
    x,
    y: { title: 'ms (log)', kind: 'log', domain: [3, 100], values: [5, 10, 20, 50, 100] },
    series: [
      { name: 'QuantileSketch, p90', points: p99, colour: colour.second },
      { name: 'p90 of the last 4 s, sorted', points: exact, colour: colour.pale, dashed: true },
      { name: 'Ewma, weight 0.01', points: mean, colour: colour.fifth },
      { name: 'WindowedMin, 2 s', points: min, colour: colour.sixth },
    ],
  }
}

export const estimates: Plot = {
  name: 'estimates',
  make: () => ({
    title: 'Small measures beside the truth',
    subtitle: 'events and times by chance, the same in every run',
    panels: [ratePanel(), timesPanel()],
  }),
}
