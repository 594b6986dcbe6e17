/** Decisions as an observer sees them: by reason, over a day of small troubles, and how long those waited who were let in. */
import {
  all,
  ConcurrencyLimiter,
  FixedLimit,
  KeyedRateLimiter,
  observe,
  PressureLimiter,
  PriorityQueue,
  QueueGate,
  settableSignal,
} from '@spillway/core'
import type { Shares } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { perSecond, seconds } from '../series.ts'
import { tenantsRun } from '../tenants.ts'

const endS = 30
const noisy = [4, 9] as const
const rush = [12, 18] as const
const heap = [21, 26] as const

const during = ([from, to]: readonly [number, number], at: number): boolean => at >= from * 1000 && at < to * 1000
const users = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`user ${i}`, 1]))
const keys = (at: number): Shares => ({ ...users, 'one caller': during(noisy, at) ? 60 : 0 })
const offered = (at: number): number => (during(noisy, at) ? 1.2 : during(rush, at) ? 1.8 : 0.6)

interface Seen {
  readonly times: Map<string, number[]>
  readonly waited: Point[]
}

async function play(): Promise<Seen> {
  const seen: Seen = { times: new Map(), waited: [] }
  const signal = settableSignal('heap')
  await tenantsRun({
    durationMs: endS * 1000,
    load: offered,
    keys,
    priorities: { critical: 0.5, sheddable: 0.5 },
    make: ({ clock, random }) => {
      clock.after(heap[0] * 1000, () => signal.set(0.97))
      clock.after(heap[1] * 1000, () => signal.set(0))
      const quota = new KeyedRateLimiter({ limit: 40, windowMs: 2000 })
      const pool = new ConcurrencyLimiter(new FixedLimit(10))
      const limiter = all(new PressureLimiter([signal], random), quota, pool)
      const line = new PriorityQueue({ capacity: 100 })
      const gate = new QueueGate(limiter, line, clock, { maxWaitMs: 200, waitFor: ['concurrency'] })
      const decision = (event: { readonly reason?: string | undefined; readonly waitedMs: number }): void => {
        const { reason = 'let in', waitedMs } = event
        const times = seen.times.get(reason) ?? []
        seen.times.set(reason, times)
        times.push(clock.now())
        if (reason === 'let in') seen.waited.push([seconds(clock.now()), waitedMs])
      }
      return observe(gate, { decision }, clock)
    },
  })
  return seen
}

const looks: readonly (readonly [string, string])[] = [
  ['let in', colour.ours],
  ['rate', colour.second],
  ['queue-full', colour.bad],
  ['queue-timeout', colour.third],
  ['pressure', colour.fourth],
]

export const observing: Plot = {
  name: 'observing',
  async make() {
    const { times, waited } = await play()
    const x = { title: 'seconds', domain: [0, endS] } as const
    const spans = [
      { from: noisy[0], to: noisy[1], label: 'one caller floods' },
      { from: rush[0], to: rush[1], label: '1.8 times the capacity' },
      { from: heap[0], to: heap[1], label: 'the heap fills' },
    ]
    const reasons: Panel = {
      title: 'Decisions by reason',
      mark: 'stack',
      x,
      y: { title: 'per second', domain: [0, 1050] },
      series: looks.map(([name, own]): Series => ({
        name,
        points: perSecond(times.get(name) ?? [], 250, endS * 1000),
        colour: own,
      })),
      spans,
      height: 190,
    }
    const each = Math.ceil(waited.length / 900)
    const waits: Panel = {
      title: 'waitedMs of those that were let in (some of them)',
      mark: 'dot',
      x,
      y: { title: 'ms', domain: [0, 220] },
      series: [{ name: 'let in', points: waited.filter((_, i) => i % each === 0), colour: colour.ours }],
      spans: spans.map((span) => ({ ...span, label: '' })),
      height: 110,
    }
    return {
      title: 'One event per decision tells which trouble it is',
      subtitle: 'pressure, a quota per caller and ten places behind a line of 100, maxWaitMs 200',
      panels: [reasons, waits],
    }
  },
}
