/** An executor under a burst: who waits, for how long, and what is refused. */
import { Executor, isOverloadError, priorities } from '@spillway/core'
import { seededRandom, VirtualClock } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { perSecond, sampled, seconds } from '../series.ts'

const endMs = 12_000
const jobMs = 100
const concurrency = 10

interface Run {
  readonly waiting: Point[]
  readonly running: Point[]
  /** When a job started, and how long it had waited, by class. */
  readonly waits: { readonly critical: Point[]; readonly sheddable: Point[] }
  readonly refused: Readonly<Record<'queue-full' | 'queue-timeout', number[]>>
}

async function play(): Promise<Run> {
  const clock = new VirtualClock()
  const pool = new Executor({ concurrency, maxQueue: 100, maxWaitMs: 1000, clock })
  const random = seededRandom(1)
  const run: Run = {
    waiting: sampled(clock, 50, () => pool.waiting),
    running: sampled(clock, 50, () => pool.running),
    waits: { critical: [], sheddable: [] },
    refused: { 'queue-full': [], 'queue-timeout': [] },
  }
  const rate = (at: number): number => (at >= 2000 && at < 6000 ? 200 : 70)
  for (const at of byChance(random, endMs, 200, rate)) {
    const kind = random() < 0.3 ? 'critical' : 'sheddable'
    const takesMs = jobMs * (0.5 + random())
    clock.after(at, () => {
      const job = (): Promise<void> => {
        run.waits[kind].push([seconds(clock.now()), clock.now() - at])
        return new Promise((resolve) => void clock.after(takesMs, resolve))
      }
      pool.run(job, { priority: priorities[kind] }).catch((error: unknown) => {
        const reason = isOverloadError(error) ? error.rejection.reason : undefined
        if (reason === 'queue-full' || reason === 'queue-timeout') run.refused[reason].push(clock.now())
      })
    })
  }
  await clock.advance(endMs)
  return run
}

const x = { title: 'seconds', domain: [0, endMs / 1000] } as const

const burst = { from: 2, to: 6 }

function lengthPanel({ waiting, running }: Run): Panel {
  return {
    title: 'Ten run, up to a hundred wait',
    mark: 'step',
    x,
    y: { title: 'jobs', domain: [0, 115] },
    series: [
      { name: 'running', points: running, colour: colour.ours },
      { name: 'waiting', points: waiting, colour: colour.third },
    ],
    spans: [{ ...burst, label: '200 jobs/s, twice what ten can do' }],
  }
}

function waitPanel({ waits }: Run): Panel {
  return {
    title: 'What matters more goes first: how long each job had waited when it started',
    mark: 'dot',
    x,
    y: { title: 'ms', domain: [0, 1150] },
    series: [
      { name: 'critical', points: waits.critical, colour: colour.second },
      { name: 'sheddable', points: waits.sheddable, colour: colour.third },
    ],
    spans: [{ ...burst, label: '' }],
    rules: [{ at: 1000, label: 'maxWaitMs', side: 'left' }],
  }
}

function fatePanel({ waits, refused }: Run): Panel {
  const rate = (name: string, times: readonly number[], own: string): Series => ({
    name,
    points: perSecond(times, 500, endMs),
    colour: own,
  })
  const started = [...waits.critical, ...waits.sheddable].map(([at]) => Number(at) * 1000)
  return {
    title: 'What becomes of them',
    mark: 'line',
    x,
    y: { title: 'per second', domain: [0, 130] },
    series: [
      rate('started', started, colour.ours),
      rate('refused: queue-full', refused['queue-full'], colour.bad),
      rate('refused: queue-timeout', refused['queue-timeout'], colour.fourth),
    ],
    spans: [{ ...burst, label: '' }],
  }
}

export const executor: Plot = {
  name: 'executor',
  async make() {
    const run = await play()
    return {
      title: 'A burst fills the line; the important pass it, the rest is told no within a second',
      subtitle: 'concurrency 10, maxQueue 100, maxWaitMs 1000; jobs of 50 to 150 ms, 30 % of them critical',
      panels: [lengthPanel(run), waitPanel(run), fatePanel(run)],
    }
  },
}
