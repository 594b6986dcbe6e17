/** Clients that leave, and answers that never come: nothing stays counted. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { ask, eventually, openRaw, rawRequest } from '../client.ts'
import type { ConformanceCase, Control } from '../harness.ts'
import { answering, type Stage, staged } from '../stage.ts'

const roomy: Control = { kind: 'concurrencyLimit', options: { limit: 50 } }

export const disconnectCases: readonly ConformanceCase[] = [
  {
    name: 'gives the place back when the client leaves before the answer',
    needs: ['disconnects'],
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const client = await openRaw(stage.port, rawRequest())
        await stage.entered(1)
        assert.equal(await stage.inflight(), 1)
        client.leave()
        await eventually('the place was free', async () => (await stage.inflight()) === 0)
      })
    },
  },
  {
    name: 'gives the place back once when the application answers a client that has left',
    needs: ['disconnects'],
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const client = await openRaw(stage.port, rawRequest())
        const scene = await stage.entered(1)
        client.leave()
        await eventually('the place was free', async () => (await stage.inflight()) === 0)
        const other = ask(stage.port)
        const second = await stage.entered(2)
        scene.reply.resolve({ body: 'too late' })
        await scene.reply.promise
        assert.equal(await stage.inflight(), 1, 'the place of the other request is still taken')
        second.reply.resolve({ body: 'ok' })
        assert.equal((await other).status, 200)
      })
    },
  },
  {
    name: 'gives the place back when the client leaves in the middle of the answer',
    needs: ['disconnects'],
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const body = new PassThrough()
        const client = await openRaw(stage.port, rawRequest())
        const scene = await stage.entered(1)
        scene.reply.resolve({ headers: { 'content-type': 'text/plain' }, body })
        body.write('the first half')
        await eventually('the first half came', () => client.received().includes('the first half'))
        assert.equal(await stage.inflight(), 1)
        client.leave()
        await eventually('the place was free', async () => (await stage.inflight()) === 0)
        body.end()
      })
    },
  },
  {
    name: 'is not impressed by a client that leaves after the answer',
    async run(harness) {
      const application = answering()
      const play = async (stage: Stage): Promise<void> => {
        for (let i = 0; i < 5; i++) {
          const client = await openRaw(stage.port, rawRequest())
          await eventually('the answer came', () => client.received().includes('200 OK'))
          client.leave()
        }
        await eventually('all places were free', async () => (await stage.inflight()) === 0)
      }
      await staged(harness, roomy, play, { application })
    },
  },
  {
    name: 'gives all places back when a client that pipelines leaves',
    needs: ['disconnects', 'pipelining'],
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const warnings: string[] = []
        const onWarning = ({ message }: Error): void => void warnings.push(message)
        process.on('warning', onWarning)
        const client = await openRaw(stage.port, rawRequest().repeat(20))
        // Frameworks may start the second only when the first was answered; what counts is what is left.
        await stage.entered(1)
        client.leave()
        await eventually('all places were free', async () => (await stage.inflight()) === 0)
        process.off('warning', onWarning)
        assert.deepEqual(
          warnings.filter((message) => message.includes('leak')),
          [],
        )
      })
    },
  },
  {
    name: 'answers pipelined requests in turn',
    needs: ['pipelining'],
    async run(harness) {
      const play = async ({ port }: { port: number }): Promise<void> => {
        const client = await openRaw(port, rawRequest().repeat(5))
        await eventually('all were answered', () => client.received().split('HTTP/1.1 200').length === 6)
        client.leave()
      }
      await staged(harness, roomy, play, { application: answering() })
    },
  },
  {
    name: 'does not run a request whose client left while the queue held it',
    needs: ['disconnects'],
    async run(harness) {
      const options = { limit: 1, maxQueue: 5, maxWaitMs: 60_000 }
      await staged(harness, { kind: 'concurrencyLimit', options }, async (stage) => {
        const first = ask(stage.port)
        const scene = await stage.entered(1)
        const dead = await openRaw(stage.port, rawRequest('/dead'))
        await eventually('it waited', async () => (await stage.waiting()) === 1)
        dead.leave()
        await eventually('its place in the queue was free', async () => (await stage.waiting()) === 0)
        const alive = ask(stage.port, { path: '/alive' })
        await eventually('the next one waited', async () => (await stage.waiting()) === 1)
        scene.reply.resolve({ body: 'ok' })
        const second = await stage.entered(2)
        assert.equal(second.request.url, '/alive')
        second.reply.resolve({ body: 'ok' })
        assert.deepEqual([(await first).status, (await alive).status], [200, 200])
      })
    },
  },
]
