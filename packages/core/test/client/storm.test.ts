/** Clients against a simulated server: retry storms with and without a budget, throttling, and an outage behind a breaker. */
import {
  AdaptiveThrottle,
  CircuitBreaker,
  ConcurrentRetryBudget,
  RetryBudget,
  RetryBudgetLimiter,
  RetryTokenBucket,
  createOverloadControl,
  fullJitter,
  type Limiter,
  type Millis,
  type Outcome,
  type Ticket,
  type TryBudget,
  type Verdict,
} from '@spillway/core'
import {
  load,
  seededRandom,
  simulate,
  type Route,
  type SimulationOptions,
  type SimulationResult,
  type Workload,
} from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

/** Counts what clients meant to send and what they sent. */
class Counted implements Limiter {
  readonly name = 'counted'
  firsts = 0
  tries = 0
  readonly kinds = new Set<string>()
  readonly sentAt: Millis[] = []
  readonly #limiter: Limiter | undefined

  constructor(limiter: Limiter | undefined) {
    this.#limiter = limiter
  }

  /** Tries sent for each request. */
  get amplification(): number {
    return this.tries / this.firsts
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const kind = ticket.keys?.['try'] ?? ''
    this.kinds.add(kind)
    if (kind === 'first') this.firsts++
    const no = this.#limiter?.admit(ticket, now)
    if (no === undefined) {
      this.tries++
      this.sentAt.push(now)
    }
    return no
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    this.#limiter?.settle(ticket, now, outcome)
  }
}

const routes: readonly Route[] = [{ beforeMs: 5, downstream: { latencyMs: 20 } }]
const threeTries = { attempts: 2, delayMs: 50 }

interface Played {
  readonly result: SimulationResult
  readonly client: Counted
}

async function play(
  limiter: Limiter | undefined,
  workload: Workload,
  rest: Partial<SimulationOptions>,
): Promise<Played> {
  const client = new Counted(limiter)
  const result = await simulate({ durationMs: 20_000, ...rest, workload: { ...workload, client } })
  return { result, client }
}

const paidBy = (budget: TryBudget): Limiter => new RetryBudgetLimiter(budget)
const protect: SimulationOptions['protect'] = (environment) => createOverloadControl(environment)

describe('three tries at 1.5 times the capacity of a server that says no in time', () => {
  const workload: Workload = { load: 1.5, routes, retries: threeTries }

  it.each([1, 2, 3])(
    'are at most 1.2 tries with a budget of a fifth, and no less is served (seed %d)',
    async (seed) => {
      const options = { seed, protect, durationMs: 8000 }
      const naive = await play(undefined, workload, options)
      const strict = await play(paidBy(new RetryBudget({ minPerSecond: 0 })), workload, options)
      const usual = await play(paidBy(new RetryBudget()), workload, options)
      expect(naive.client.amplification).toBeGreaterThan(2)
      expect(strict.client.amplification).toBeLessThanOrEqual(1.2)
      // Plus the reserve of 10 per second, 8 s and the 10 s of the window that may be taken at once.
      expect(usual.client.amplification).toBeLessThanOrEqual(1.2 + (10 * 18) / usual.client.firsts)
      expect(strict.result.goodput).toBeGreaterThanOrEqual(naive.result.goodput)
    },
  )

  it('are no more tries when they come after a backoff', async () => {
    const retries = { attempts: 2, delayMs: fullJitter({ random: seededRandom(8) }) }
    const options = { protect, durationMs: 8000 }
    const naive = await play(undefined, { ...workload, retries }, options)
    const budget = await play(paidBy(new RetryBudget({ minPerSecond: 0 })), { ...workload, retries }, options)
    expect(naive.client.amplification).toBeGreaterThan(1.8)
    expect(budget.client.amplification).toBeLessThanOrEqual(1.2)
  })
})

describe('a server without protection, after 5 s of 1.5 times its capacity', () => {
  const spike: Workload = {
    load: load.spike({ base: 0.6, peak: 1.5, fromMs: 2000, untilMs: 7000 }),
    routes,
    retries: threeTries,
  }

  it('never comes back while every request is tried three times', async () => {
    const { result, client } = await play(undefined, spike, { durationMs: 40_000 })
    expect(result.recoveryMs(7000)).toBe(Infinity)
    expect(result.between(20_000, 40_000).goodput).toBeLessThan(0.01)
    expect(client.amplification).toBeGreaterThan(2.5)
    expect([...client.kinds].toSorted()).toEqual(['first', 'timeout-retry'])
  })

  it.each<[string, () => TryBudget, number]>([
    ['a share of first tries', () => new RetryBudget({ minPerSecond: 0 }), 1.2],
    ['tokens that successes bring', () => new RetryTokenBucket(), 1.05],
    ['a share of what is in flight', () => new ConcurrentRetryBudget(), 1.25],
  ])('is back within 10 s where retries are paid by %s', async (_what, make, most) => {
    for (const seed of [1, 2]) {
      const { result, client } = await play(paidBy(make()), spike, { seed })
      expect(result.recoveryMs(7000)).toBeLessThanOrEqual(10_000)
      expect(client.amplification).toBeLessThanOrEqual(most)
    }
  })
})

describe('adaptive throttling', () => {
  it('keeps a server without protection at work under twice its capacity', async () => {
    const workload: Workload = { load: 2, routes }
    const naive = await play(undefined, workload, {})
    const throttled = await play(new AdaptiveThrottle({ random: seededRandom(2) }), workload, { durationMs: 60_000 })
    expect(naive.result.between(5000, 20_000).goodput).toBeLessThan(0.01)
    expect(throttled.result.goodput).toBeGreaterThan(0.3)
    expect(throttled.client.amplification).toBeLessThan(0.7)
  })

  it('holds nothing back at nine tenths of the capacity', async () => {
    const random = (): number => {
      throw new Error('asked for chance')
    }
    const { client } = await play(new AdaptiveThrottle({ random }), { load: 0.9, routes }, { protect })
    expect(client.tries).toBe(client.firsts)
  })
})

describe('a circuit breaker', () => {
  it('rests a server whose downstream hangs for 10 s, and lets it work again within its open time', async () => {
    const hangs = (at: Millis): number => (at >= 5000 && at < 15_000 ? 200 : 1)
    const workload: Workload = {
      load: 0.7,
      routes: [{ beforeMs: 5, downstream: { latencyMs: 20, slowdown: hangs } }],
    }
    const { result, client } = await play(new CircuitBreaker({ consecutiveFailures: 20, openMs: 1000 }), workload, {
      durationMs: 25_000,
    })
    const sent = (from: Millis, until: Millis): number => client.sentAt.filter((at) => at >= from && at < until).length
    // Twenty timeouts are seen within a second. Then a probe per second and a half, instead of 130 requests in each second.
    expect(sent(6000, 14_500)).toBeLessThanOrEqual(8)
    expect(sent(0, 5000)).toBeGreaterThan(600)
    expect(result.between(16_750, 25_000).goodput).toBeGreaterThan(0.6)
  })

  it('makes an outage of a server that sheds load, unless it does not hear of refusals', async () => {
    const workload: Workload = { load: 2, routes }
    const breaker = new CircuitBreaker()
    const deaf: Limiter = {
      name: 'deaf',
      admit: (ticket, now) => breaker.admit(ticket, now),
      settle: (ticket, now, outcome) => breaker.settle(ticket, now, outcome === 'dropped' ? 'ignored' : outcome),
    }
    const options = { protect, durationMs: 8000 }
    const [alone, behind, spared] = [
      await play(undefined, workload, options),
      await play(new CircuitBreaker(), workload, options),
      await play(deaf, workload, options),
    ].map(({ result }) => result.goodput)
    expect(alone).toBeGreaterThan(0.95)
    expect(behind).toBeLessThan(0.2)
    expect(spared).toBe(alone)
  })
})
