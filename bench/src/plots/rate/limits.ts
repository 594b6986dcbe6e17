/** The same floods before every rate limit: how much gets in when, and the most in any second. */
import {
  createTicket,
  FixedWindowLimiter,
  LeakyBucketLimiter,
  RateLimiter,
  SlidingLogLimiter,
  SlidingWindowCounterLimiter,
  type Limiter,
} from '@spillway/core'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'

const rate = { limit: 100, windowMs: 1000 } as const
const endMs = 6000

/** Whatever can get in does: a request every half millisecond, from just before a window ends, and again after a pause. */
const floods = [
  [950, 3100],
  [4700, endMs],
] as const

const subjects: readonly { readonly name: string; readonly colour: string; readonly make: () => Limiter }[] = [
  { name: 'FixedWindowLimiter', colour: colour.bad, make: () => new FixedWindowLimiter({ ...rate, originMs: 0 }) },
  { name: 'RateLimiter (GCRA)', colour: colour.ours, make: () => new RateLimiter(rate) },
  {
    name: 'SlidingWindowCounterLimiter',
    colour: colour.third,
    make: () => new SlidingWindowCounterLimiter({ ...rate, originMs: 0 }),
  },
  { name: 'SlidingLogLimiter', colour: colour.second, make: () => new SlidingLogLimiter(rate) },
  { name: 'RateLimiter, burst 10', colour: colour.sixth, make: () => new RateLimiter({ ...rate, burst: 10 }) },
  { name: 'LeakyBucketLimiter', colour: colour.fourth, make: () => new LeakyBucketLimiter(rate) },
]

function admittedBy(limiter: Limiter): number[] {
  const times: number[] = []
  for (const [from, to] of floods) {
    for (let now = from; now < to; now += 0.5) if (limiter.admit(createTicket(now), now) === undefined) times.push(now)
  }
  return times
}

/** The most of these within any window, its beginning included and its end not. */
function worstWindow(times: readonly number[], windowMs: number): number {
  let most = 0
  let first = 0
  for (const [i, at] of times.entries()) {
    while (at - (times[first] ?? at) >= windowMs) first++
    most = Math.max(most, i - first + 1)
  }
  return most
}

function cumulative(times: readonly number[]): Point[] {
  return Array.from({ length: endMs / 20 + 1 }, (_, i): Point => {
    const now = i * 20
    return [seconds(now), times.filter((at) => at <= now).length]
  })
}

const spans = floods.map(([from, to]) => ({ from: seconds(from), to: seconds(to), label: '2000 requests per second' }))

export const rateLimits: Plot = {
  name: 'rate-limits',
  make() {
    const runs = subjects.map((subject) => ({ ...subject, times: admittedBy(subject.make()) }))
    const worst = (name: string, windowMs: number, own: string): Series => ({
      name,
      colour: own,
      points: runs.map((run): Point => [
        run.name.replace(/([a-z])([A-Z])/g, '$1 $2'),
        worstWindow(run.times, windowMs),
      ]),
    })
    const panels: Panel[] = [
      {
        title: 'Let in since the beginning',
        mark: 'step',
        x: { title: 'seconds', domain: [0, endMs / 1000] },
        y: { title: 'requests', domain: [0, 650] },
        series: runs.map(({ name, colour: own, times }) => ({ name, colour: own, points: cumulative(times) })),
        spans,
        height: 240,
      },
      {
        title: 'The most that got in within any second, and within any tenth of one',
        mark: 'bar',
        x: { title: '' },
        y: { title: 'requests', domain: [0, 230] },
        series: [worst('any second', 1000, colour.second), worst('any 100 ms', 100, colour.pale)],
        rules: [{ at: rate.limit, label: 'limit' }],
        values: true,
      },
    ]
    return {
      title: 'A hundred per second, said in six ways',
      subtitle: 'limit 100, windowMs 1000; windows of the clock begin at 0, 1, 2 s; whatever can get in does',
      panels,
    }
  },
}
