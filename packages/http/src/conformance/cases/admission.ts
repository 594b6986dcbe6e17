/** Who gets in: the limit, and who is none of its business. */
import assert from 'node:assert/strict'
import { ask, eventually } from '../client.ts'
import type { ConformanceCase } from '../harness.ts'
import { answering, staged } from '../stage.ts'

export const admissionCases: readonly ConformanceCase[] = [
  {
    name: 'lets a request through and leaves its answer alone',
    async run(harness) {
      const application = answering({ status: 201, headers: { 'x-mine': 'yes' }, body: 'made' })
      await staged(
        harness,
        { kind: 'concurrencyLimit', options: { limit: 1 } },
        async ({ port }) => {
          const answer = await ask(port, { method: 'POST', body: 'text' })
          assert.deepEqual([answer.status, answer.headers['x-mine'], answer.body], [201, 'yes', 'made'])
          for (const name of ['retry-after', 'cache-control', 'ratelimit']) {
            assert.equal(answer.headers[name], undefined, `the answer has no ${name}`)
          }
        },
        { application },
      )
    },
  },
  {
    name: 'never lets more in than the limit, however many ask at once, and answers all of them',
    async run(harness) {
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 3 } }, async (stage) => {
        const answers = Array.from({ length: 60 }, () => ask(stage.port))
        let refused = 0
        for (const answer of answers) void answer.then(({ status }) => (refused += Number(status === 503)))
        await eventually('57 were refused', () => refused === 57)
        await stage.entered(3)
        assert.equal(stage.scenes.length, 3)
        assert.equal(await stage.inflight(), 3)
        for (const scene of stage.scenes) scene.reply.resolve({ body: 'ok' })
        const statuses = (await Promise.all(answers)).map(({ status }) => status)
        assert.equal(statuses.filter((status) => status === 200).length, 3)
      })
    },
  },
  {
    name: 'gives a place back when its request was answered',
    async run(harness) {
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, async (stage) => {
        for (let round = 1; round <= 3; round++) {
          const answer = ask(stage.port)
          ;(await stage.entered(round)).reply.resolve({ body: 'ok' })
          assert.equal((await answer).status, 200)
          await eventually('the place was free', async () => (await stage.inflight()) === 0)
        }
      })
    },
  },
  {
    name: 'neither counts nor refuses what it skips',
    async run(harness) {
      const control = { kind: 'concurrencyLimit', options: { limit: 1 }, callbacks: { skip: 'isHealth' } } as const
      await staged(harness, control, async (stage) => {
        const first = ask(stage.port)
        await stage.entered(1)
        const skipped = [ask(stage.port, { path: '/health' }), ask(stage.port, { path: '/health' })]
        await stage.entered(3)
        assert.equal(await stage.inflight(), 1)
        for (const scene of stage.scenes) scene.reply.resolve({ body: 'ok' })
        for (const answer of await Promise.all([first, ...skipped])) assert.equal(answer.status, 200)
      })
    },
  },
  {
    name: 'counts a request once when the same middleware is mounted twice',
    async run(harness) {
      await staged(
        harness,
        { kind: 'concurrencyLimit', options: { limit: 1 } },
        async (stage) => {
          const answer = ask(stage.port)
          const scene = await stage.entered(1)
          assert.equal(await stage.inflight(), 1)
          scene.reply.resolve({ body: 'ok' })
          assert.equal((await answer).status, 200)
        },
        { mounts: 2 },
      )
      const quota = { kind: 'rateLimit', options: { limit: 2, windowMs: 3_600_000 } } as const
      await staged(
        harness,
        quota,
        async ({ port }) => {
          const statuses = [await ask(port), await ask(port), await ask(port)].map(({ status }) => status)
          assert.deepEqual(statuses, [200, 200, 429])
        },
        { mounts: 2, application: answering() },
      )
    },
  },
  {
    name: 'counts callers apart by the peer address, and believes no header about it',
    async run(harness) {
      const quota = { kind: 'rateLimit', options: { limit: 1, windowMs: 3_600_000 } } as const
      await staged(
        harness,
        quota,
        async ({ port }) => {
          const answers = []
          for (const ip of ['198.51.100.1', '198.51.100.2']) {
            answers.push(await ask(port, { headers: { 'x-forwarded-for': ip, forwarded: `for=${ip}` } }))
          }
          assert.deepEqual(
            answers.map(({ status }) => status),
            [200, 429],
          )
        },
        { application: answering() },
      )
    },
  },
  {
    name: 'counts callers apart by what the trusted proxy says',
    async run(harness) {
      const quota = { kind: 'rateLimit', options: { limit: 1, windowMs: 3_600_000, trustProxy: 1 } } as const
      await staged(
        harness,
        quota,
        async ({ port }) => {
          const asked = ['198.51.100.1', '198.51.100.2', '203.0.113.9, 198.51.100.1']
          const statuses = []
          for (const ip of asked) statuses.push((await ask(port, { headers: { 'x-forwarded-for': ip } })).status)
          assert.deepEqual(statuses, [200, 200, 429], 'the third is the first, with an address that it made up')
        },
        { application: answering() },
      )
    },
  },
  {
    name: 'lets requests through when a callback of the user throws',
    async run(harness) {
      const application = answering()
      const serves = async ({ port }: { port: number }): Promise<void> => assert.equal((await ask(port)).status, 200)
      const options = { limit: 5, windowMs: 3_600_000 }
      const both = { keyGenerator: 'fails', skip: 'fails' } as const
      await staged(harness, { kind: 'rateLimit', options, callbacks: both }, serves, { application })
      const skip = { skip: 'fails' } as const
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 }, callbacks: skip }, serves, {
        application,
      })
    },
  },
]
