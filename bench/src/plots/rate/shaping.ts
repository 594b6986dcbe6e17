/** Shaping: bursts that leave a bucket at even distances, a rate that warms up, and a limit that starts slowly. */
import { createTicket, LeakyBucketGate, RateLimiter, slowStartShare, WarmUpLimiter, type Limiter } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { perSecond, seconds } from '../series.ts'

/** Bursts of 15, 15, 40 and 15 requests, each at once. */
const bursts = [
  [200, 15],
  [1200, 15],
  [2400, 40],
  [4200, 15],
] as const
const bucketEndMs = 5000

async function bucketPanel(): Promise<Panel> {
  const clock = new VirtualClock()
  const gate = new LeakyBucketGate(clock, { limit: 20, windowMs: 1000, maxDelayMs: 1000 })
  const [came, started, refused]: [number[], number[], number[]] = [[], [], []]
  for (const [at, size] of bursts) {
    clock.after(at, () => {
      for (let i = 0; i < size; i++) {
        came.push(at)
        void Promise.resolve(gate.enter(createTicket(at))).then((no) =>
          (no === undefined ? started : refused).push(clock.now()),
        )
      }
    })
  }
  await clock.advance(bucketEndMs)
  gate.close()
  const upTo = (name: string, times: readonly number[], own: string, dashed = false): Series => ({
    name,
    colour: own,
    dashed,
    points: Array.from({ length: bucketEndMs / 10 + 1 }, (_, i): Point => {
      return [seconds(i * 10), times.filter((at) => at <= i * 10).length]
    }),
  })
  return {
    title: 'LeakyBucketGate, 20 per second, maxDelayMs 1000: bursts go in, even distances come out',
    mark: 'step',
    x: { title: 'seconds', domain: [0, bucketEndMs / 1000] },
    y: { title: 'requests so far', domain: [0, 90] },
    series: [
      upTo('came', came, colour.pale, true),
      upTo('started', started, colour.ours),
      upTo('refused at once', refused, colour.bad),
    ],
  }
}

const warmEndMs = 30_000
const pause = [14_000, 20_000] as const

function warmUpPanel(): Panel {
  const run = (name: string, limiter: Limiter, own: string): Series => {
    const times: number[] = []
    for (let now = 0; now < warmEndMs; now += 2) {
      if (now >= pause[0] && now < pause[1]) continue
      if (limiter.admit(createTicket(now), now) === undefined) times.push(now)
    }
    return { name, points: perSecond(times, 500, warmEndMs), colour: own }
  }
  const rate = { limit: 100, windowMs: 1000, burst: 1 } as const
  return {
    title: 'A hundred per second, warm-up of 5 s: let in while more than that is asked for',
    mark: 'line',
    x: { title: 'seconds', domain: [0, warmEndMs / 1000] },
    y: { title: 'per second', domain: [0, 125] },
    series: [
      run('RateLimiter', new RateLimiter(rate), colour.pale),
      run('WarmUpLimiter, coldFactor 3', new WarmUpLimiter({ ...rate, warmUpMs: 5000 }), colour.ours),
      run('coldFactor 10', new WarmUpLimiter({ ...rate, warmUpMs: 5000, coldFactor: 10 }), colour.third),
    ],
    spans: [{ from: seconds(pause[0]), to: seconds(pause[1]), label: 'nothing comes: it cools down' }],
  }
}

function slowStartPanel(): Panel {
  const looks = [
    [0.5, colour.third],
    [1, colour.ours],
    [2, colour.second],
  ] as const
  return {
    title: 'Slow start of 10 s: the share of a limit that may be used',
    mark: 'line',
    x: { title: 'seconds since the start', domain: [0, 12] },
    y: { title: 'share', kind: 'share', domain: [0, 1.1], values: [0, 0.25, 0.5, 0.75, 1] },
    series: looks.map(([aggression, own]): Series => ({
      name: aggression === 1 ? 'aggression 1 (default)' : `aggression ${aggression}`,
      colour: own,
      points: Array.from({ length: 121 }, (_, i): Point => [
        i / 10,
        slowStartShare(i * 100, { durationMs: 10_000, aggression }),
      ]),
    })),
    height: 120,
  }
}

export const rateShaping: Plot = {
  name: 'rate-shaping',
  async make() {
    return {
      title: 'Later instead of never, slowly instead of at once',
      subtitle: 'default options where nothing else is said',
      panels: [await bucketPanel(), warmUpPanel(), slowStartPanel()],
    }
  },
}
