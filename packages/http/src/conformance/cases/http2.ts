/** The same promises over HTTP/2, where a stream is reset and no connection closes. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { systemClock } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { eventually } from '../client.ts'
import type { ConformanceCase, Control, Harness } from '../harness.ts'
import { openSession, type SessionClient } from '../http2-client.ts'
import { faultyApplication, faultyPaths } from '../misbehave.ts'
import { assertSettled, type Stage, staged, type StageOptions } from '../stage.ts'

const onePlace: Control = { kind: 'concurrencyLimit', options: { limit: 1 } }
const roomy: Control = { kind: 'concurrencyLimit', options: { limit: 50 } }

/** A case with one connection, closed at the end. */
function http2Case(
  name: string,
  control: Control,
  play: (stage: Stage, session: SessionClient) => Promise<void>,
  options: StageOptions = {},
): ConformanceCase {
  const run = (harness: Harness): Promise<void> =>
    staged(
      harness,
      control,
      async (stage) => {
        const session = openSession(stage.port)
        await play(stage, session)
        session.close()
      },
      { ...options, http2: true },
    )
  return { name: `over HTTP/2: ${name}`, applies: (harness) => harness.hasHttp2 === true, run }
}

/** Streams that end as they please, or are reset after up to 15 ms, forty at a time. */
async function resetAtRandom(session: SessionClient, streams: number): Promise<void> {
  const random = seededRandom(1)
  // Nothing big: Node.js ends a connection whose streams hold more than 10 MB, whoever is to blame.
  const paths = faultyPaths.filter((path) => path !== '/big')
  const client = async (): Promise<void> => {
    for (let i = 0; i < streams / 40; i++) {
      const stream = session.open(paths[Math.floor(random() * paths.length)])
      await new Promise<void>((resolve) => void systemClock.after(random() * 15, resolve))
      stream.leave()
    }
  }
  await Promise.all(Array.from({ length: 40 }, client))
}

export const http2Cases: readonly ConformanceCase[] = [
  http2Case('admits, refuses and forgets streams', onePlace, async (stage, session) => {
    const reset = session.open()
    await stage.entered(1)
    const refused = session.open()
    await eventually('the second was refused', () => refused.received() !== '')
    assert.equal(refused.status(), 503)
    reset.leave()
    await eventually('the place was free', async () => (await stage.inflight()) === 0)
    const served = session.open()
    ;(await stage.entered(2)).reply.resolve({ body: 'ok' })
    await eventually('the third was served', () => served.received() === 'ok')
    assert.equal(served.status(), 200)
  }),
  http2Case('counts a streamed answer until its last byte', roomy, async (stage, session) => {
    const body = new PassThrough()
    const stream = session.open()
    const scene = await stage.entered(1)
    scene.reply.resolve({ headers: { 'content-type': 'text/plain' }, body })
    for (const chunk of ['one', 'two']) {
      body.write(chunk)
      await eventually(`"${chunk}" came`, () => stream.received().includes(chunk))
      assert.equal(await stage.inflight(), 1)
    }
    body.end()
    await eventually('the place was free', async () => (await stage.inflight()) === 0)
  }),
  http2Case(
    'does not run a stream that was reset while the queue held it',
    { kind: 'concurrencyLimit', options: { limit: 1, maxQueue: 5, maxWaitMs: 60_000 } },
    async (stage, session) => {
      const first = session.open()
      const scene = await stage.entered(1)
      const dead = session.open('/dead')
      await eventually('it waited', async () => (await stage.waiting()) === 1)
      dead.leave()
      await eventually('nobody waited', async () => (await stage.waiting()) === 0)
      scene.reply.resolve({ body: 'ok' })
      await eventually('the first was served', () => first.received() === 'ok')
      assert.equal(stage.scenes.length, 1)
    },
  ),
  http2Case('gives all places back when the connection breaks', roomy, async (stage, session) => {
    for (let i = 0; i < 20; i++) session.open()
    await stage.entered(20)
    assert.equal(await stage.inflight(), 20)
    session.leave()
    await eventually('all places were free', async () => (await stage.inflight()) === 0)
  }),
  http2Case(
    'is left with nothing by 800 streams that are reset at any moment',
    { kind: 'concurrencyLimit', options: { limit: 30, maxQueue: 20, maxWaitMs: 50 } },
    async (stage, session) => {
      await resetAtRandom(session, 800)
      await assertSettled(stage)
      const { admitted } = await stage.counts()
      assert.ok(admitted > 200, `a good part was let in, got ${admitted}`)
    },
    { application: faultyApplication },
  ),
]
