/** Deadlines in a queue: what is done in vain with and without an estimate; and permits that count what work costs. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  DeadlineLimiter,
  Fifo,
  FixedLimit,
  QueueGate,
  ServiceTimeEstimate,
  type Environment,
  type Gate,
} from '@spillway/core'
import { seededRandom, VirtualClock } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { sampled } from '../series.ts'
import { tenantsRun } from '../tenants.ts'

const loads = [0.6, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 2.5, 3, 4]
const durationMs = 10_000

function gateOf(capacity: number, deviations: number | undefined): (environment: Environment) => Gate {
  return ({ clock }) => {
    const pool = new ConcurrencyLimiter(new FixedLimit(8))
    const estimate = deviations === undefined ? undefined : new ServiceTimeEstimate({ deviations })
    const limiter = estimate === undefined ? pool : all(new DeadlineLimiter({ estimate }), pool)
    return new QueueGate(limiter, new Fifo({ capacity }), clock, { maxWaitMs: 3_600_000 })
  }
}

interface Sweep {
  readonly good: Series
  readonly waste: Series
}

async function sweep(line: number, { name, deviations, own }: (typeof rules)[number]): Promise<Sweep> {
  const good: Point[] = []
  const waste: Point[] = []
  for (const load of loads) {
    const make = gateOf(line, deviations)
    const { result } = await tenantsRun({ durationMs, servers: 8, load, sendsDeadline: true, make })
    const steady = result.between(2000, durationMs)
    good.push([load, steady.goodput])
    waste.push([load, steady.late / (steady.late + steady.served)])
  }
  return { good: { name, points: good, colour: own }, waste: { name, points: waste, colour: own } }
}

const rules = [
  { name: 'deadline alone', deviations: undefined, own: colour.bad },
  { name: 'deviations: 0', deviations: 0, own: colour.third },
  { name: 'deviations: 1 (default)', deviations: 1, own: colour.ours },
  { name: 'deviations: 2', deviations: 2, own: colour.second },
] as const

const shares = { kind: 'share', domain: [0, 1.1], values: [0, 0.25, 0.5, 0.75, 1] } as const
const x = { title: 'offered load, times the capacity', domain: [0.5, 4] } as const

async function sweepPanels(): Promise<Panel[]> {
  const fitting: Sweep[] = []
  const long: Sweep[] = []
  for (const rule of rules) {
    fitting.push(await sweep(200, rule))
    long.push(await sweep(400, rule))
  }
  const panel = (title: string, y: string, series: readonly Series[]): Panel => ({
    title,
    mark: 'line',
    x,
    y: { ...shares, title: y },
    series,
  })
  const good = (sweeps: readonly Sweep[]): Series[] => sweeps.map((each) => each.good)
  return [
    panel('Done in time, a line as long as patience', 'share of capacity', good(fitting)),
    panel('Done in time, a line twice as long', 'share of capacity', good(long)),
    panel(
      'Done in vain, a line as long as patience',
      'share of what ran',
      fitting.map(({ waste }) => waste),
    ),
  ]
}

/** Work of which one in ten costs 8 and the rest 1, before a limit of 20: what is in flight, in units of cost. */
async function units(weighted: boolean): Promise<Point[]> {
  const clock = new VirtualClock()
  const limiter = new ConcurrencyLimiter(new FixedLimit(20), { weighted })
  const random = seededRandom(4)
  let running = 0
  const points = sampled(clock, 20, () => running)
  for (const at of byChance(random, 2000, 1000, () => 1000)) {
    const cost = random() < 0.1 ? 8 : 1
    clock.after(at, () => {
      const ticket = createTicket(at, { cost })
      if (limiter.admit(ticket, at) !== undefined) return
      running += cost
      clock.after(20 + 20 * random(), () => {
        running -= cost
        limiter.settle(ticket, clock.now(), 'success')
      })
    })
  }
  await clock.advance(2000)
  return points
}

export const costAndDeadlines: Plot = {
  name: 'cost-and-deadlines',
  async make() {
    const costs: Panel = {
      title: 'Limit 20, one in ten costs 8: cost in flight',
      mark: 'step',
      x: { title: 'seconds', domain: [0, 2] },
      y: { title: 'units', domain: [0, 80] },
      series: [
        { name: 'counted by piece', points: await units(false), colour: colour.pale },
        { name: 'weighted: true', points: await units(true), colour: colour.ours },
      ],
      rules: [{ at: 20, label: 'the limit', side: 'right' }],
    }
    return {
      title: 'What would come too late is not begun; what costs more takes more places',
      subtitle: 'eight servers of 20 ms behind a line of 200 or 400; callers leave after 500 ms, and say so',
      columns: 2,
      panels: [...(await sweepPanels()), costs],
    }
  },
}
