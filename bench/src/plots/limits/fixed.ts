/** What the number of a fixed limit decides, and what becomes of a right one when the world changes. */
import { FixedLimit, SettableLimit } from '@spillway/core'
import { simulate } from '@spillway/core/testing'
import { colour, type Panel, type Point } from '../../chart/index.ts'
import { refusing } from '../../sim/subject.ts'
import type { Plot } from '../plot.ts'
import { pool, servers, slowWithRoom, steady } from './experiments.ts'
import { goodputPanel, limitPanel, play, type LimitSubject } from './panels.ts'

const numbers = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 80, 120, 160, 200, 250, 300, 400]

/** Served share and median latency for each number. */
async function sweep(): Promise<{ share: Point[]; medianMs: Point[] }> {
  const share: Point[] = []
  const medianMs: Point[] = []
  for (const limit of numbers) {
    const protect = (environment: Parameters<typeof refusing>[0]): ReturnType<typeof refusing> =>
      refusing(environment, new FixedLimit(limit))
    const result = await simulate({ ...steady(2, 10).world, protect })
    const late = result.between(2000, 10_000)
    share.push([limit, late.goodput])
    // Where next to nothing is served its latency says nothing.
    medianMs.push([limit, late.served > 100 ? result.servedLatencyMs(0.5) : null])
  }
  return { share, medianMs }
}

function sweepPanels({ share, medianMs }: Awaited<ReturnType<typeof sweep>>): Panel[] {
  const x = {
    title: 'the number (log)',
    kind: 'log',
    domain: [1, 400],
    values: [1, 2, 5, 10, 20, 50, 100, 200, 400],
  } as const
  const rules = [{ at: servers, label: 'ten servers', axis: 'x' }] as const
  return [
    {
      title: 'Fewer than the servers: they idle',
      mark: 'line',
      x,
      y: { title: 'share of capacity', kind: 'share', domain: [0, 1.25], values: [0, 0.25, 0.5, 0.75, 1] },
      series: [{ name: 'served in time', points: share, colour: colour.second }],
      rules,
    },
    {
      title: 'More: all the same, later',
      mark: 'line',
      x,
      y: { title: 'median latency, ms (log)', kind: 'log', domain: [10, 600], values: [10, 20, 50, 100, 200, 500] },
      series: [{ name: 'median latency', points: medianMs, colour: colour.second }],
      rules,
    },
  ]
}

const subjects: readonly LimitSubject[] = [
  { name: 'FixedLimit(8)', make: () => new FixedLimit(8), colour: colour.third },
  {
    name: 'SettableLimit',
    colour: colour.ours,
    make: ({ clock }) => {
      const limit = new SettableLimit(8)
      clock.after(10_000, () => limit.set(60))
      return limit
    },
  },
]

export const fixedAndSettableLimits: Plot = {
  name: 'fixed-and-settable-limits',
  async make() {
    const stale = await play(slowWithRoom, subjects)
    return {
      title: 'The right number is the number of servers, until something changes',
      subtitle: `above: ${pool.about.split(';')[0]} at 2x; below: ${slowWithRoom.about}`,
      columns: 2,
      panels: [
        ...sweepPanels(await sweep()),
        { ...limitPanel(slowWithRoom, stale), title: 'A good number goes stale; set to 60 at 10 s' },
        goodputPanel(slowWithRoom, stale),
      ],
    }
  },
}
