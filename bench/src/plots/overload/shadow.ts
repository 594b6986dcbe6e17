/** A limit rolled out: in shadow, for a tenth of the callers, for all, and off. */
import { createTicket, KeyedRateLimiter, withMode } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { perSecond } from '../series.ts'

const endS = 50
const callers = 400

/** What is said at which second. */
const steps = [
  { from: 0, to: 10, label: "mode: 'shadow'", change: { mode: 'shadow' } },
  { from: 10, to: 20, label: 'enforceRatio: 0.1', change: { mode: 'enforce', enforceRatio: 0.1 } },
  { from: 20, to: 30, label: '0.5', change: { enforceRatio: 0.5 } },
  { from: 30, to: 40, label: '1', change: { enforceRatio: 1 } },
  { from: 40, to: endS, label: "mode: 'off'", change: { mode: 'off' } },
] as const

interface Run {
  readonly served: number[]
  readonly wouldRefuse: number[]
  readonly refused: number[]
  /** Callers that were refused, by step. */
  readonly refusedCallers: ReadonlySet<string>[]
}

/** 600 requests a second of 400 callers, each of whom may make one a second. */
function play(): Run {
  const quota = withMode(new KeyedRateLimiter({ limit: 2, windowMs: 2000 }), { mode: 'shadow' })
  const random = seededRandom(2)
  const refusedCallers = steps.map(() => new Set<string>())
  const run = { served: [] as number[], wouldRefuse: [] as number[], refused: [] as number[], refusedCallers }
  let step = -1
  for (const at of byChance(random, endS * 1000, 600, () => 600)) {
    while (at >= (steps[step + 1]?.from ?? Infinity) * 1000) quota.update(steps[++step]?.change ?? {})
    const key = `caller ${Math.floor(random() * callers)}`
    const ticket = createTicket(at, { key })
    const before = wouldRefuseOf(quota)
    const no = quota.admit(ticket, at)
    if (no !== undefined) {
      run.refused.push(at)
      refusedCallers[step]?.add(key)
      continue
    }
    if (wouldRefuseOf(quota) > before) run.wouldRefuse.push(at)
    else run.served.push(at)
    quota.settle(ticket, at + 1, 'success')
  }
  return run
}

function wouldRefuseOf(quota: ReturnType<typeof withMode>): number {
  return quota.snapshot().wouldRefuse.rate
}

function ratesPanel(run: Run): Panel {
  const rate = (name: string, times: readonly number[], own: string): Series => ({
    name,
    points: perSecond(times, 500, endS * 1000),
    colour: own,
  })
  return {
    title: 'What becomes of requests',
    mark: 'stack',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'per second', domain: [0, 780] },
    series: [
      rate('let in', run.served, colour.ours),
      rate('let in though the limit said no', run.wouldRefuse, colour.third),
      rate('refused', run.refused, colour.bad),
    ],
    spans: steps.map(({ from, to, label }) => ({ from, to, label })),
    height: 190,
  }
}

function callersPanel({ refusedCallers }: Run): Panel {
  const points = steps.map(({ label }, i): Point => [label, (refusedCallers[i]?.size ?? 0) / callers])
  return {
    title: 'Callers that are refused anything: at 0.1 always the same tenth of them',
    mark: 'bar',
    x: { title: '' },
    y: { title: 'share of callers', kind: 'share', domain: [0, 1.15], values: [0, 0.25, 0.5, 0.75, 1] },
    series: [{ name: 'refused', points, colour: colour.bad }],
    values: true,
    height: 110,
  }
}

export const shadowMode: Plot = {
  name: 'shadow-mode',
  make() {
    const run = play()
    return {
      title: 'A limit is rolled out: watched, for a tenth, for all, and off',
      subtitle: 'one request a second is allowed to each of 400 callers, who make 1.5 on average',
      panels: [ratesPanel(run), callersPanel(run)],
    }
  },
}
