/** Retry storms: a server without protection after a short overload, with retries paid by each of the budgets. */
import {
  ConcurrentRetryBudget,
  RetryBudget,
  RetryBudgetLimiter,
  RetryTokenBucket,
  type Limiter,
  type TryBudget,
} from '@spillway/core'
import { load, simulate } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { goodputOf, perSecond } from '../series.ts'

const endS = 24
const [fromS, toS] = [2, 7]

/** Counts tries, whoever pays for them. */
function counting(budget: TryBudget | undefined, firsts: number[], tries: number[]): Limiter {
  const limiter = budget === undefined ? undefined : new RetryBudgetLimiter(budget)
  return {
    name: 'counting',
    admit(ticket, now) {
      if (ticket.keys?.['try'] === 'first') firsts.push(now)
      const no = limiter?.admit(ticket, now)
      if (no === undefined) tries.push(now)
      return no
    },
    settle: (ticket, now, outcome) => limiter?.settle(ticket, now, outcome),
  }
}

interface Run {
  readonly tries: Series
  readonly goodput: Series
}

async function play(name: string, budget: TryBudget | undefined, own: string): Promise<Run> {
  const firsts: number[] = []
  const tries: number[] = []
  const result = await simulate({
    durationMs: endS * 1000,
    workload: {
      load: load.spike({ base: 0.6, peak: 1.5, fromMs: fromS * 1000, untilMs: toS * 1000 }),
      routes: [{ beforeMs: 5, downstream: { latencyMs: 20 } }],
      retries: { attempts: 2, delayMs: 50 },
      client: counting(budget, firsts, tries),
    },
  })
  const perFirst = (slotMs: number): Point[] => {
    const first = perSecond(firsts, slotMs, endS * 1000)
    return perSecond(tries, slotMs, endS * 1000).map(([at, rate], i) => [at, (rate ?? 0) / (first[i]?.[1] ?? NaN)])
  }
  return {
    tries: { name, points: perFirst(1000), colour: own },
    goodput: { name, points: goodputOf(result, 1), colour: own },
  }
}

const x = { title: 'seconds', domain: [0, endS] } as const
const over = { from: fromS, to: toS }

export const retryBudget: Plot = {
  name: 'retry-budget',
  async make() {
    const runs = [
      await play('no budget', undefined, colour.bad),
      await play('RetryBudget', new RetryBudget(), colour.ours),
      await play('RetryTokenBucket', new RetryTokenBucket(), colour.third),
      await play('ConcurrentRetryBudget', new ConcurrentRetryBudget(), colour.second),
    ]
    const panels: Panel[] = [
      {
        title: 'Tries per request',
        mark: 'line',
        x,
        y: { title: 'tries', domain: [0.8, 5.2], values: [1, 2, 3, 4, 5] },
        series: runs.map(({ tries }) => tries),
        spans: [{ ...over, label: '1.5 times the capacity' }],
      },
      {
        title: 'Served in time; dashed: what is asked for before and after',
        mark: 'line',
        x,
        y: { title: 'share of capacity', kind: 'share', domain: [0, 1.3], values: [0, 0.25, 0.5, 0.75, 1] },
        series: runs.map(({ goodput }) => goodput),
        rules: [{ at: 0.6, label: '' }],
        spans: [{ ...over, label: '' }],
      },
    ]
    return {
      title: 'Three tries each: without a budget the server never comes back',
      subtitle: 'a server of 200 requests/s without protection; callers give up after 500 ms and try again 50 ms later',
      panels,
    }
  },
}
