/** What simulated clients do by themselves: ask a limiter of their own, and try again. */
import type { Limiter, Millis, Outcome, Ticket } from '@spillway/core'
import { simulate, type SimulationResult, type Workload } from '@spillway/core/testing'
import { expect, test } from 'vitest'

class Diary implements Limiter {
  readonly name = 'diary'
  readonly asked: [kind: string, at: Millis][] = []
  readonly ends: [outcome: Outcome, tookMs: Millis][] = []
  readonly running = new Set<Ticket>()
  readonly #lets: (kind: string) => boolean

  constructor(lets: (kind: string) => boolean = () => true) {
    this.#lets = lets
  }

  admit(ticket: Ticket, now: Millis): ReturnType<Limiter['admit']> {
    const kind = ticket.keys?.['try'] ?? ''
    this.asked.push([kind, now])
    if (ticket.startedAt !== now) throw new Error('asked at another time than the ticket says')
    if (!this.#lets(kind)) return { reason: 'throttled', limiter: this.name, retryAfterMs: 1000 }
    this.running.add(ticket)
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (!this.running.delete(ticket)) throw new Error('ended twice, or never let out')
    this.ends.push([outcome, now - ticket.startedAt])
  }
}

const workload: Workload = { load: 1.2, routes: [{ beforeMs: 5 }], retries: { attempts: 2, delayMs: 100 } }
const play = async (given: Partial<Workload>): Promise<SimulationResult> =>
  await simulate({ durationMs: 2000, workload: { ...workload, ...given } })

test('a limiter of the clients that refuses nothing changes nothing, and hears how each try ended', async () => {
  const client = new Diary()
  const result = await play({ client })
  const alone = await play({})
  expect(result.total).toEqual(alone.total)
  expect(client.asked).toHaveLength(result.total.offered)
  expect(client.running.size).toBe(0)
  expect(client.ends.filter(([outcome]) => outcome === 'success')).toHaveLength(result.total.served)
  expect(client.ends.filter(([outcome]) => outcome === 'dropped')).toHaveLength(
    result.total.offered - result.total.served,
  )
  expect(new Set(client.asked.map(([kind]) => kind))).toEqual(new Set(['first', 'timeout-retry']))
  expect(client.ends.every(([outcome, tookMs]) => outcome === 'success' || Math.abs(tookMs - 500) < 1e-6)).toBe(true)
})

test('what the limiter of the clients refuses is neither sent nor tried again', async () => {
  const client = new Diary((kind) => kind === 'first')
  const result = await play({ client })
  const once = await simulate({ durationMs: 2000, workload: { load: 1.2, routes: [{ beforeMs: 5 }] } })
  expect(result.total.offered).toBe(client.asked.filter(([kind]) => kind === 'first').length)
  expect(result.total.offered).toBe(once.total.offered)
  const nothing = await play({ client: new Diary(() => false) })
  expect(nothing.total.offered).toBe(0)
})

test('a refusal makes a retry, and a delay may hang on its number', async () => {
  const client = new Diary()
  const numbers: number[] = []
  const delayMs = (retry: number): Millis => {
    numbers.push(retry)
    return 10 * (retry + 1)
  }
  const full = Object.freeze({ reason: 'concurrency', limiter: 'none', retryAfterMs: 1 } as const)
  await simulate({
    durationMs: 95,
    workload: { ...workload, load: 0.1, arrivals: 'constant', client, retries: { attempts: 2, delayMs } },
    protect: () => ({ enter: () => full, leave: () => {}, cancel: () => {} }),
  })
  const [first, second, third] = client.asked
  expect([first?.[0], second?.[0], third?.[0]]).toEqual(['first', 'retry', 'retry'])
  expect(second![1] - first![1]).toBeCloseTo(10, 0)
  expect(third![1] - second![1]).toBeCloseTo(20, 0)
  expect(numbers).toEqual([0, 1])
})

test('names the option that is wrong', async () => {
  await expect(play({ retries: { attempts: 1, delayMs: -1 } })).rejects.toThrow(/workload.retries.delayMs/)
})
