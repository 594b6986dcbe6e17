/** Two kinds of work before one limit: what is lent while the other is away, and how soon it is back. */
import { FixedLimit, Guard, PartitionedLimiter, type PartitionShares } from '@spillway/core'
import type { Shares } from '@spillway/core/testing'
import { colour, type Panel, type Point } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { sampled, thinned, until } from '../series.ts'
import { tenantsRun } from '../tenants.ts'

const endS = 20
const [awayS, backS] = [5, 12]

/** `batch` always wants more than there is; `live` is away for a while. */
const isAway = (at: number): boolean => at >= awayS * 1000 && at < backS * 1000
const keys = (at: number): Shares => ({ batch: 1.5, live: isAway(at) ? 0 : 0.9 })

async function inflightPanel(title: string, options: Partial<PartitionShares>, labelled: boolean): Promise<Panel> {
  const inflight = { live: [] as Point[], batch: [] as Point[] }
  await tenantsRun({
    durationMs: endS * 1000,
    load: (at) => (isAway(at) ? 1.5 : 2.4),
    keys,
    make: ({ clock }) => {
      const limiter = new PartitionedLimiter(new FixedLimit(20), {
        partitions: { live: 0.6, batch: 0.4 },
        partitionOf: (ticket) => ticket.key,
        ...options,
      })
      const count = (name: string): number =>
        limiter.snapshot().partitions.find((each) => each.name === name)?.inflight ?? 0
      for (const name of ['live', 'batch'] as const) inflight[name] = sampled(clock, 20, () => count(name))
      return new Guard(limiter, clock)
    },
  })
  return {
    title,
    mark: 'stack',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'in flight', domain: [0, 22], values: [0, 4, 8, 12, 16, 20] },
    series: [
      { name: 'live', points: thinned(until(endS, inflight.live), 160), colour: colour.ours },
      { name: 'batch', points: thinned(until(endS, inflight.batch), 160), colour: colour.third },
    ],
    rules: [{ at: 12, label: '' }],
    spans: [{ from: awayS, to: backS, label: labelled ? 'nothing live comes' : '' }],
    height: 120,
  }
}

export const partitions: Plot = {
  name: 'partitions',
  async make() {
    return {
      title: 'What live leaves idle is lent to batch, and given back at once',
      subtitle: 'a limit of 20 before ten servers; batch asks for 1.5 times the capacity, live for 0.9',
      panels: [
        await inflightPanel("borrowing: 'idle' (default); dashed: the share of live, 12 of 20", {}, true),
        await inflightPanel('reserved: 0.5, so that half of what is idle is never lent', { reserved: 0.5 }, false),
        await inflightPanel("borrowing: 'none'", { borrowing: 'none' }, false),
      ],
    }
  },
}
