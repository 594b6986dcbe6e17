/** The threshold of priorities when the load steps up to three times the capacity, by both of its rules. */
import {
  all,
  ConcurrencyLimiter,
  FixedLimit,
  Guard,
  PriorityThresholdLimiter,
  type PriorityThresholdOptions,
} from '@spillway/core'
import { load } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { perSecond, sampled, until } from '../series.ts'
import { tenantsRun, timesOf } from '../tenants.ts'

const endS = 24
const [fromS, toS] = [4, 16]
const capacity = 500
const shares = { critical_plus: 0.1, critical: 0.3, sheddable_plus: 0.3, sheddable: 0.3 } as const
const classes = Object.keys(shares) as (keyof typeof shares)[]
const keys = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`user ${i}`, 1]))
const colours = [colour.fifth, colour.second, colour.sixth, colour.third]

interface Run {
  readonly ratio: readonly Point[]
  readonly threshold: readonly Point[]
  readonly served: readonly Series[]
}

async function play(signal: PriorityThresholdOptions['signal'] & string): Promise<Run> {
  let ratio: readonly Point[] = []
  let threshold: readonly Point[] = []
  const { served } = await tenantsRun({
    durationMs: endS * 1000,
    load: load.spike({ base: 0.7, peak: 3, fromMs: fromS * 1000, untilMs: toS * 1000 }),
    keys,
    priorities: shares,
    make: ({ clock, random }) => {
      const pool = new ConcurrencyLimiter(new FixedLimit(20))
      const free = (): number => pool.limit.value - pool.inflight
      const limiter = new PriorityThresholdLimiter({ signal, free, random })
      ratio = sampled(clock, 250, () => limiter.snapshot().ratio)
      threshold = sampled(clock, 250, () => Math.min(512, limiter.snapshot().threshold))
      return new Guard(all(limiter, pool), clock)
    },
  })
  return {
    ratio: until(endS, ratio),
    threshold: until(endS, threshold),
    served: classes.map((name, i) => {
      const rates = perSecond(
        timesOf(served, ({ priority }) => priority === i),
        500,
        endS * 1000,
      )
      return { name, points: rates.map(([at, rate]): Point => [at, (rate ?? 0) / capacity]), colour: colours[i] ?? '' }
    }),
  }
}

const x = { title: 'seconds', domain: [0, endS] } as const
const over = { from: fromS, to: toS }

function panelsOf(flow: Run, delay: Run): Panel[] {
  const both = (of: (run: Run) => readonly Point[]): Series[] => [
    { name: "signal: 'flow'", points: of(flow), colour: colour.ours },
    { name: "signal: 'delay'", points: of(delay), colour: colour.fourth },
  ]
  return [
    {
      title: 'The share that is refused',
      mark: 'step',
      x,
      y: { title: 'ratio', kind: 'share' },
      series: both(({ ratio }) => ratio),
      rules: [{ at: 2 / 3, label: 'two thirds are too many', side: 'right' }],
      spans: [{ ...over, label: 'three times the capacity' }],
    },
    {
      title: 'The level up to which work is let in: class by class, and finely within a class',
      mark: 'step',
      x,
      y: { title: 'level', domain: [0, 530], values: [0, 128, 256, 384, 512] },
      series: both(({ threshold }) => threshold),
      rules: [128, 256, 384].map((at, i) => ({ at, label: `up to ${classes[i]}`, side: 'left' })),
      spans: [{ ...over, label: '' }],
    },
    {
      title: "Served by class, with 'flow'",
      mark: 'line',
      x,
      y: { title: 'share of capacity', kind: 'share', domain: [0, 1], values: [0, 0.25, 0.5, 0.75, 1] },
      series: flow.served,
      spans: [{ ...over, label: '' }],
    },
  ]
}

export const priorityThreshold: Plot = {
  name: 'priority-threshold',
  async make() {
    return {
      title: 'Three times too much: the least important two thirds are refused',
      subtitle: 'ten servers of 20 ms behind a limit of 20 (500 calls/s); 10, 30, 30 and 30 % of the four classes',
      panels: panelsOf(await play('flow'), await play('delay')),
    }
  },
}
