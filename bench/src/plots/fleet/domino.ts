/** The domino: one slow server of three, without protection and with the default. */
import { createOverloadControl } from '@spillway/core'
import { simulateFleet, type FleetOptions, type FleetResult, type FleetSlice } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'

const endS = 60
const [fromS, untilS] = [10, 25]
const load = 0.75

const world: FleetOptions = {
  durationMs: endS * 1000,
  workload: {
    load,
    routes: [{ beforeMs: 2, downstream: { latencyMs: 20 }, afterMs: 3 }],
    timeoutMs: 1000,
    retries: { attempts: 2, delayMs: 200 },
  },
  slow: [{ server: 0, fromMs: fromS * 1000, untilMs: untilS * 1000, factor: 10 }],
}

interface Run {
  readonly name: string
  readonly own: string
  readonly result: FleetResult
}

async function play(name: string, own: string, protect?: FleetOptions['protect']): Promise<Run> {
  return { name, own, result: await simulateFleet(protect === undefined ? world : { ...world, protect }) }
}

function overTime({ name, own, result }: Run, value: (slice: FleetSlice) => number): Series {
  const points = result.slices(1).map((slice): Point => [seconds(slice.startMs + slice.durationMs / 2), value(slice)])
  return { name, colour: own, points }
}

const x = { title: 'seconds', domain: [0, endS] } as const
const slow = { from: fromS, to: untilS }

export const fleet: Plot = {
  name: 'fleet',
  async make() {
    const runs = [
      await play('without', colour.bad),
      await play('createOverloadControl()', colour.ours, (given) => ({ gate: createOverloadControl(given) })),
    ]
    const perCapacity = runs[0]!.result.capacityPerSecond
    const panels: Panel[] = [
      {
        title: 'Served in time; dashed: what is asked for',
        mark: 'line',
        x,
        y: { title: 'share of capacity', kind: 'share', domain: [0, 1], values: [0, 0.25, 0.5, 0.75, 1] },
        series: runs.map((run) => overTime(run, ({ goodput }) => goodput)),
        rules: [{ at: load, label: '' }],
        spans: [{ ...slow, label: 'one of three servers takes ten times as long' }],
      },
      {
        title: 'Servers that live: a dead one is back after five seconds, and knows nothing',
        mark: 'line',
        x,
        y: { title: 'servers', domain: [0, 3.2], values: [0, 1, 2, 3] },
        series: runs.map((run) => overTime(run, ({ alive }) => alive)),
        spans: [{ ...slow, label: '' }],
      },
      {
        title: 'Requests that clients send, their own retries included: the storm that keeps it down',
        mark: 'line',
        x,
        y: { title: 'share of capacity', kind: 'share', domain: [0, 5], values: [0, 1, 2, 3, 4, 5] },
        series: runs.map((run) => overTime(run, ({ offered }) => offered / perCapacity)),
        rules: [{ at: load, label: '' }],
        spans: [{ ...slow, label: '' }],
      },
    ]
    return {
      title: 'One slow server takes all three down; servers that refuse what they cannot do stay',
      subtitle: 'three servers of 198 requests/s behind a round robin; clients leave after 1 s and try twice more',
      panels,
    }
  },
}
