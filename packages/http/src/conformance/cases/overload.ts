/** The promises of overload control that show from outside at any load. */
import assert from 'node:assert/strict'
import { ask, eventually, openRaw, rawRequest } from '../client.ts'
import type { ConformanceCase, Control } from '../harness.ts'
import { answering, staged } from '../stage.ts'

/** One place and a patient queue, so that nothing depends on how fast the machine is. */
function onePlace(): Control {
  const queue = { maxQueue: 10, minQueue: 10, maxWaitMs: 60_000 }
  return {
    kind: 'overloadControl',
    options: { initialLimit: 1, minLimit: 1, maxLimit: 1, signals: [], trustPriorityHeader: 'x-priority', ...queue },
  }
}

export const overloadCases: readonly ConformanceCase[] = [
  {
    name: 'overload control without options leaves a calm server alone',
    async run(harness) {
      await staged(
        harness,
        { kind: 'overloadControl', options: {} },
        async ({ port }) => {
          for (let i = 0; i < 20; i++) {
            const answer = await ask(port)
            assert.deepEqual([answer.status, answer.body, answer.headers['ratelimit']], [200, 'ok', undefined])
          }
        },
        { application: answering() },
      )
    },
  },
  {
    name: 'overload control serves those first that matter more',
    async run(harness) {
      await staged(harness, onePlace(), async (stage) => {
        const answers = [ask(stage.port, { path: '/running' })]
        await stage.entered(1)
        for (const priority of ['sheddable', 'critical_plus']) {
          answers.push(ask(stage.port, { path: `/${priority}`, headers: { 'x-priority': priority } }))
          await eventually(`${priority} waited`, async () => (await stage.waiting()) === answers.length - 1)
        }
        stage.scenes[0]?.reply.resolve({ body: 'ok' })
        const second = await stage.entered(2)
        assert.equal(second.request.url, '/critical_plus')
        second.reply.resolve({ body: 'ok' })
        ;(await stage.entered(3)).reply.resolve({ body: 'ok' })
        for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200)
      })
    },
  },
  {
    name: 'overload control forgets those that leave while they wait and while they run',
    needs: ['disconnects'],
    async run(harness) {
      await staged(harness, onePlace(), async (stage) => {
        const running = await openRaw(stage.port, rawRequest('/running'))
        await stage.entered(1)
        const waiting = await openRaw(stage.port, rawRequest('/waiting'))
        await eventually('the second waited', async () => (await stage.waiting()) === 1)
        waiting.leave()
        await eventually('nobody waited', async () => (await stage.waiting()) === 0)
        running.leave()
        await eventually('nothing ran', async () => (await stage.inflight()) === 0)
        assert.equal(stage.scenes.length, 1)
      })
    },
  },
]
