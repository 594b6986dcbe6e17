/** Tenants in one line: in order of arrival, and by turns. */
import {
  ConcurrencyLimiter,
  DeficitRoundRobin,
  Fifo,
  FixedLimit,
  QueueGate,
  type Discipline,
  type Waiter,
} from '@spillway/core'
import type { Shares } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { perSecond } from '../series.ts'
import { tenantsRun, timesOf, type Books } from '../tenants.ts'

const endS = 14
const [floodS, overS] = [4, 10]
const names = ['a', 'b', 'c (weight 2)', 'flood'] as const
const colours = [colour.second, colour.third, colour.ours, colour.bad]

/** Three want 0.3, 0.3 and 0.5 of the capacity; the fourth floods the line for a while. */
const isFlood = (at: number): boolean => at >= floodS * 1000 && at < overS * 1000
const keys = (at: number): Shares => ({ a: 0.15, b: 0.3, 'c (weight 2)': 0.5, flood: isFlood(at) ? 3 : 0 })

function play(make: () => Discipline<Waiter>): Promise<Books> {
  return tenantsRun({
    durationMs: endS * 1000,
    load: (at) => (isFlood(at) ? 3.95 : 0.95),
    keys,
    make: ({ clock }) => new QueueGate(new ConcurrencyLimiter(new FixedLimit(10)), make(), clock, { maxWaitMs: 500 }),
  })
}

function panel(title: string, { served }: Books, labelled: boolean): Panel {
  return {
    title,
    mark: 'line',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'served per second', domain: [0, 480] },
    series: names.map((name, i): Series => {
      const points: Point[] = perSecond(
        timesOf(served, ({ key }) => key === name),
        500,
        endS * 1000,
      )
      return { name, points, colour: colours[i] ?? '' }
    }),
    spans: [{ from: floodS, to: overS, label: labelled ? 'one sends three times the capacity' : '' }],
  }
}

export const fairQueueing: Plot = {
  name: 'fair-queueing',
  async make() {
    const weightOf = (tenant: string): number => (tenant === 'c (weight 2)' ? 2 : 1)
    return {
      title: 'By turns nobody loses what is theirs',
      subtitle: 'ten servers (500 calls/s), a line of 80; a asks for 0.15, b for 0.3, c for 0.5 of the capacity',
      panels: [
        panel('Fifo: who sends most is served most', await play(() => new Fifo({ capacity: 80 })), true),
        panel(
          'DeficitRoundRobin: each gets its share by weight, and what others leave',
          await play(() => new DeficitRoundRobin({ capacity: 80, weightOf })),
          false,
        ),
      ],
    }
  },
}
