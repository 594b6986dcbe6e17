/** Everything at once, thousands of times: afterwards nothing is left, and the server serves as before. */
import assert from 'node:assert/strict'
import { ask, eventually } from '../client.ts'
import type { ConformanceCase, Control, Harness } from '../harness.ts'
import { faultyApplication, misbehave } from '../misbehave.ts'
import { assertSettled, staged } from '../stage.ts'

async function survives(harness: Harness, control: Control, requests: number): Promise<void> {
  await staged(
    harness,
    control,
    async (stage) => {
      const report = await misbehave(stage, {
        requests,
        answersUploads: harness.lacks?.uploadDisconnects !== undefined,
      })
      await assertSettled(stage)
      const { admitted, released } = await stage.counts()
      assert.equal(released, admitted)
      assert.ok(admitted > requests / 10, `a good part of the requests was let in, got ${admitted}`)
      assert.ok(report.answered > requests / 50, `polite clients were answered, got ${report.answered}`)
      await eventually('it serves as before', async () => (await ask(stage.port, { path: '/ok' })).status === 200)
    },
    { application: faultyApplication },
  )
}

export const misbehaviourCases: readonly ConformanceCase[] = [
  {
    name: 'is left with nothing by 5,000 requests of clients with every bad habit',
    needs: ['disconnects'],
    run: (harness) =>
      survives(harness, { kind: 'concurrencyLimit', options: { limit: 30, maxQueue: 20, maxWaitMs: 50 } }, 5_000),
  },
  {
    name: 'is left with nothing by 1,000 such requests under overload control',
    needs: ['disconnects'],
    run: (harness) => survives(harness, { kind: 'overloadControl', options: { signals: [] } }, 1_000),
  },
]
