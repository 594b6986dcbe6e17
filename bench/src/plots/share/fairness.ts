/** Ten tenants, one of whom begins to ask for ten times its share: who is served what, with and without fairness. */
import { all, ConcurrencyLimiter, FairShareLimiter, FixedLimit, Guard } from '@spillway/core'
import type { Shares } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { perSecond } from '../series.ts'
import { tenantsRun, timesOf, type Books } from '../tenants.ts'

const endS = 20
const greedyS = 5
const capacity = 500
const share = 0.09
const names = Array.from({ length: 9 }, (_, i) => `tenant ${i + 1}`)

const asked = (at: number): number => (at < greedyS * 1000 ? share : 10 * share)
const keys = (at: number): Shares => ({ greedy: asked(at), ...Object.fromEntries(names.map((name) => [name, share])) })

function play(fair: boolean): Promise<Books> {
  return tenantsRun({
    durationMs: endS * 1000,
    load: (at) => 9 * share + asked(at),
    keys,
    make: ({ clock }) => {
      const room = new ConcurrencyLimiter(new FixedLimit(40))
      return new Guard(fair ? all(new FairShareLimiter(), room) : room, clock)
    },
  })
}

/** Served by each tenant per second once one of them is greedy. */
function bars(name: string, { served }: Books, own: string): Series {
  const late = served.filter(({ at }) => at >= (greedyS + 2) * 1000 && at < endS * 1000)
  const points = ['greedy', ...names].map((tenant): Point => {
    const times = timesOf(late, ({ key }) => key === tenant)
    return [tenant.replace('tenant ', ''), times.length / (endS - greedyS - 2)]
  })
  return { name, points, colour: own }
}

function overTime(name: string, { served }: Books, own: string): Series {
  const times = timesOf(served, ({ key }) => key !== 'greedy')
  const rates = perSecond(times, 500, endS * 1000)
  return { name, points: rates.map(([at, rate]): Point => [at, (rate ?? 0) / (9 * share * capacity)]), colour: own }
}

export const fairness: Plot = {
  name: 'fairness',
  async make() {
    const [without, fair] = [await play(false), await play(true)]
    const panels: Panel[] = [
      {
        title: 'Served per tenant, while one asks for ten times its share',
        mark: 'bar',
        x: { title: 'tenant' },
        y: { title: 'per second' },
        series: [bars('a limit alone', without, colour.pale), bars('FairShareLimiter before it', fair, colour.ours)],
        rules: [{ at: share * capacity, label: 'what each of the nine asks for' }],
      },
      {
        title: 'What the nine get of what they ask for',
        mark: 'line',
        x: { title: 'seconds', domain: [0, endS] },
        y: { title: 'share', kind: 'share', domain: [0, 1.25], values: [0, 0.25, 0.5, 0.75, 1] },
        series: [
          overTime('a limit alone', without, colour.pale),
          overTime('FairShareLimiter before it', fair, colour.ours),
        ],
        spans: [{ from: greedyS, to: endS, label: 'the tenth asks for 450 calls/s instead of 45' }],
      },
    ]
    return {
      title: 'One tenant at ten times its share takes from the others, or does not',
      subtitle: 'ten servers of 20 ms behind a limit of 40 (500 calls/s); refused at once',
      panels,
    }
  },
}
