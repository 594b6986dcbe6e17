/** What users set: how requests are weighed, what refusals look like, and where state is found. */
import assert from 'node:assert/strict'
import { ask, eventually, openRaw, rawRequest } from '../client.ts'
import type { ConformanceCase, Control } from '../harness.ts'
import { answering, type Stage, staged } from '../stage.ts'

const windowMs = 3_600_000

/** Refuses everything. */
const none = { limit: 0, windowMs }

async function statusesFor(port: number, headers: readonly Readonly<Record<string, string>>[]): Promise<number[]> {
  const statuses = []
  for (const each of headers) statuses.push((await ask(port, { headers: each })).status)
  return statuses
}

export const optionCases: readonly ConformanceCase[] = [
  {
    name: 'takes keys and costs from the callbacks',
    async run(harness) {
      const callbacks = { keyGenerator: 'keyHeader', cost: 'costHeader' } as const
      const control: Control = { kind: 'rateLimit', options: { limit: 3, windowMs }, callbacks }
      const play = async ({ port }: Stage): Promise<void> => {
        const a = { 'x-key': 'a', 'x-cost': '2' }
        const b = { 'x-key': 'b', 'x-cost': '3' }
        assert.deepEqual(await statusesFor(port, [a, b, a, { 'x-key': 'a' }, b]), [200, 200, 429, 200, 429])
      }
      await staged(harness, control, play, { application: answering() })
    },
  },
  {
    name: 'takes priorities from the callback, before the trusted header',
    async run(harness) {
      const places = { initialLimit: 1, minLimit: 1, maxLimit: 1, signals: [], maxQueue: 10, minQueue: 10 }
      const options = { ...places, maxWaitMs: 60_000, trustPriorityHeader: 'x-priority' }
      const callbacks = { priority: 'priorityHeader' } as const
      await staged(harness, { kind: 'overloadControl', options, callbacks }, async (stage) => {
        const answers = [ask(stage.port, { path: '/running' })]
        await stage.entered(1)
        const asked = [
          { path: '/first', headers: { 'x-matters': 'sheddable', 'x-priority': 'critical_plus' } },
          { path: '/second', headers: { 'x-matters': 'critical_plus' } },
        ]
        for (const each of asked) {
          answers.push(ask(stage.port, each))
          await eventually(`${each.path} waited`, async () => (await stage.waiting()) === answers.length - 1)
        }
        stage.scenes[0]?.reply.resolve({ body: 'ok' })
        const next = await stage.entered(2)
        assert.equal(next.request.url, '/second')
        next.reply.resolve({ body: 'ok' })
        ;(await stage.entered(3)).reply.resolve({ body: 'ok' })
        await Promise.all(answers)
      })
    },
  },
  {
    name: 'gives back what a client that left had taken, where failed requests cost nothing',
    needs: ['disconnects'],
    async run(harness) {
      const control: Control = { kind: 'rateLimit', options: { limit: 1, windowMs, skipFailedRequests: true } }
      await staged(harness, control, async (stage) => {
        const client = await openRaw(stage.port, rawRequest())
        await stage.entered(1)
        assert.equal((await ask(stage.port)).status, 429)
        client.leave()
        await eventually('it was over', async () => (await stage.counts()).released === 1)
        const served = ask(stage.port)
        ;(await stage.entered(2)).reply.resolve({ body: 'ok' })
        assert.equal((await served).status, 200)
      })
    },
  },
  {
    name: 'tells the application what is left of the quota',
    async run(harness) {
      await staged(harness, { kind: 'rateLimit', options: { limit: 3, windowMs } }, async (stage) => {
        for (const [i, remaining] of [2, 1, 0].entries()) {
          const answer = ask(stage.port)
          const { request, reply } = await stage.entered(i + 1)
          assert.equal(request.remaining, remaining)
          reply.resolve({ body: 'ok' })
          assert.equal((await answer).headers['ratelimit']?.includes(`r=${remaining}`), true)
        }
      })
    },
  },
  {
    name: 'answers refusals with the status and the message of the options',
    async run(harness) {
      const options = { ...none, statusCode: 418, message: { error: 'too much' }, legacyHeaders: true }
      await staged(harness, { kind: 'rateLimit', options }, async ({ port }) => {
        const { status, headers, body } = await ask(port)
        assert.deepEqual([status, JSON.parse(body)], [418, { error: 'too much' }])
        assert.match(headers['content-type'] ?? '', /^application\/json/)
        assert.equal(headers['x-ratelimit-limit'], '0')
        assert.equal(headers['cache-control'], 'no-store')
      })
    },
  },
  {
    name: 'lets the handler answer refusals, with status and headers set',
    async run(harness) {
      const control: Control = { kind: 'rateLimit', options: { limit: 1, windowMs }, handled: true }
      const play = async ({ port }: Stage): Promise<void> => {
        assert.equal((await ask(port)).body, 'ok')
        const { status, headers, body } = await ask(port)
        assert.deepEqual([status, body], [429, 'handled: rate'])
        assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
        assert.match(headers['ratelimit'] ?? '', /r=0/)
      }
      await staged(harness, control, play, { application: answering() })
    },
  },
  {
    name: 'passes refusals to the error handling of the framework in mode "error", with headers',
    async run(harness) {
      const options = { limit: 1, windowMs, mode: 'error' } as const
      const play = async ({ port }: Stage): Promise<void> => {
        assert.equal((await ask(port)).status, 200)
        const { status, headers } = await ask(port)
        assert.equal(status, 429)
        assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
        assert.match(headers['ratelimit'] ?? '', /r=0/)
      }
      await staged(harness, { kind: 'rateLimit', options }, play, { application: answering() })
    },
  },
]
