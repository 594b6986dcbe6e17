/** Requests that wait for their turn. */
import assert from 'node:assert/strict'
import { ask, eventually } from '../client.ts'
import type { ConformanceCase } from '../harness.ts'
import { staged } from '../stage.ts'

export const waitingCases: readonly ConformanceCase[] = [
  {
    name: 'lets a request wait for a place and then serves it',
    async run(harness) {
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1, maxQueue: 5 } }, async (stage) => {
        const first = ask(stage.port, { path: '/1' })
        const running = await stage.entered(1)
        const second = ask(stage.port, { path: '/2' })
        await eventually('it waited', async () => (await stage.waiting()) === 1)
        assert.equal(stage.scenes.length, 1)
        running.reply.resolve({ body: 'first' })
        const turn = await stage.entered(2)
        assert.equal(turn.request.url, '/2')
        turn.reply.resolve({ body: 'second' })
        assert.deepEqual([(await first).body, (await second).body], ['first', 'second'])
      })
    },
  },
  {
    name: 'refuses when as many wait as may',
    async run(harness) {
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1, maxQueue: 1 } }, async (stage) => {
        const first = ask(stage.port)
        await stage.entered(1)
        const second = ask(stage.port)
        await eventually('one waited', async () => (await stage.waiting()) === 1)
        const third = await ask(stage.port)
        assert.equal(third.status, 503)
        stage.scenes[0]?.reply.resolve({ body: 'ok' })
        ;(await stage.entered(2)).reply.resolve({ body: 'ok' })
        assert.deepEqual([(await first).status, (await second).status], [200, 200])
      })
    },
  },
  {
    name: 'refuses a request that waits when the deadline in its trusted header has passed',
    async run(harness) {
      const options = { limit: 1, maxQueue: 5, maxWaitMs: 60_000, trustDeadlineHeader: 'x-deadline-ms' }
      await staged(harness, { kind: 'concurrencyLimit', options }, async (stage) => {
        const first = ask(stage.port)
        const running = await stage.entered(1)
        const late = await ask(stage.port, { headers: { 'x-deadline-ms': '20' } })
        assert.equal(late.status, 503)
        assert.equal(await stage.waiting(), 0)
        assert.equal(stage.scenes.length, 1)
        running.reply.resolve({ body: 'ok' })
        assert.equal((await first).status, 200)
      })
    },
  },
]
