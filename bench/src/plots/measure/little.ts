/** Little's law before a pool: the two sides agree, and what a residual says when the feeder is wrong. */
import { ConcurrencyLimiter, FixedLimit, Guard, LittleEstimator, type LittleSnapshot, measure } from '@spillway/core'
import { simulate } from '@spillway/core/testing'
import { colour, type Panel, type Point } from '../../chart/index.ts'
import { pool } from '../limits/experiments.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'
import { watched } from '../watched.ts'

interface Readings {
  readonly right: [number, LittleSnapshot][]
  readonly leaking: [number, LittleSnapshot][]
  readonly inSeconds: [number, LittleSnapshot][]
}

/** One run, seen by an estimator that is told the truth and by two that are not. */
async function play(): Promise<Readings> {
  const options = { windowMs: 2000 }
  const estimators = {
    right: new LittleEstimator(options),
    leaking: new LittleEstimator(options),
    inSeconds: new LittleEstimator(options),
  }
  const readings: Readings = { right: [], leaking: [], inSeconds: [] }
  let ends = 0
  await simulate({
    ...pool.world,
    protect: ({ clock }) => {
      const read = (): void => {
        const now = clock.now()
        for (const kind of ['right', 'leaking', 'inSeconds'] as const)
          if (now < pool.endS * 1000) readings[kind].push([seconds(now), estimators[kind].snapshot(now)])
        clock.after(200, read)
      }
      clock.after(200, read)
      const gate = new Guard(measure(new ConcurrencyLimiter(new FixedLimit(30)), estimators.right), clock)
      return watched(gate, clock, {
        started: (_ticket, now) => {
          estimators.leaking.arrived(now)
          estimators.inSeconds.arrived(now)
        },
        left: (ticket, now) => {
          const took = now - ticket.startedAt
          if (++ends % 50 !== 0) estimators.leaking.departed(now, took)
          estimators.inSeconds.departed(now, took / 1000)
        },
      })
    },
  })
  return readings
}

function panelsOf({ right, leaking, inSeconds }: Readings): Panel[] {
  const points = (readings: readonly [number, LittleSnapshot][], of: (snapshot: LittleSnapshot) => number): Point[] =>
    readings.map(([at, snapshot]) => [at, of(snapshot)])
  const x = { title: 'seconds', domain: [0, pool.endS] } as const
  const bare = pool.spans.map((span) => ({ ...span, label: '' }))
  const suggested = points(right, ({ suggestedLimit }) => suggestedLimit)
  return [
    {
      title: 'Counted in flight, and throughput times time: the same number, found in two ways',
      mark: 'line',
      x,
      y: { title: 'in flight', domain: [0, 36] },
      series: [
        { name: 'L', points: points(right, ({ meanInflight }) => meanInflight), colour: colour.ours },
        {
          name: 'λW',
          points: points(right, ({ perSecond, meanSojournMs }) => (perSecond * meanSojournMs) / 1000),
          colour: colour.third,
          dashed: true,
        },
        { name: 'suggested limit', points: suggested, colour: colour.pale },
      ],
      spans: pool.spans,
    },
    {
      title: 'The residual tells a feeder that is wrong',
      mark: 'line',
      x,
      y: { title: 'residual', domain: [-0.3, 1.05] },
      series: [
        { name: 'told the truth', points: points(right, ({ residual }) => residual), colour: colour.ours },
        { name: 'every 50th end not told', points: points(leaking, ({ residual }) => residual), colour: colour.bad },
        { name: 'times in seconds', points: points(inSeconds, ({ residual }) => residual), colour: colour.fourth },
      ],
      spans: bare,
    },
  ]
}

export const littlesLaw: Plot = {
  name: 'littles-law',
  async make() {
    return {
      title: 'L = λW, measured from both sides',
      subtitle: 'ten servers of 20 ms behind a fixed limit of 30; a window of 2 s; the load as marked',
      panels: panelsOf(await play()),
    }
  },
}
