/** Applications that misbehave, and answers that are no ordinary answer. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { ask, eventually, openRaw, rawRequest } from '../client.ts'
import type { Application, ConformanceCase, Control, Harness } from '../harness.ts'
import { answering, type Stage, staged } from '../stage.ts'

const roomy: Control = { kind: 'concurrencyLimit', options: { limit: 50 } }

/** Asks three times an application that fails; the framework answers 500 each time, and no place is lost. */
async function failsWith(harness: Harness, application: Application): Promise<void> {
  const play = async (stage: Stage): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      assert.equal((await ask(stage.port)).status, 500)
      await eventually('the place was free', async () => (await stage.inflight()) === 0)
    }
  }
  await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, play, { application })
}

export const lifecycleCases: readonly ConformanceCase[] = [
  {
    name: 'gives the place back when the application throws',
    run: (harness) =>
      failsWith(harness, () => {
        throw new Error('thrown by the application')
      }),
  },
  {
    name: 'gives the place back when the application rejects',
    run: (harness) => failsWith(harness, () => Promise.reject(new Error('rejected by the application'))),
  },
  {
    name: 'gives the place of a request that is never answered back when its client gives up',
    needs: ['disconnects'],
    async run(harness) {
      const never = new Promise<never>(() => {})
      const play = async (stage: Stage): Promise<void> => {
        const clients = [await openRaw(stage.port, rawRequest()), await openRaw(stage.port, rawRequest())]
        await eventually('both ran', async () => (await stage.inflight()) === 2)
        for (const client of clients) client.leave()
        await eventually('both places were free', async () => (await stage.inflight()) === 0)
      }
      await staged(harness, roomy, play, { application: () => never })
    },
  },
  {
    name: 'gives the place back once when the response is ended twice',
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const first = ask(stage.port)
        const other = ask(stage.port)
        await stage.entered(2)
        stage.scenes[0]?.reply.resolve({ body: 'ok', endTwice: true })
        await Promise.race([first, other])
        await eventually('one place was free', async () => (await stage.inflight()) < 2)
        assert.equal(await stage.inflight(), 1)
        stage.scenes[1]?.reply.resolve({ body: 'ok', endTwice: true })
        for (const answer of await Promise.all([first, other])) assert.equal(answer.status, 200)
      })
    },
  },
  {
    name: 'counts a streamed answer until its last byte',
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const body = new PassThrough()
        const client = await openRaw(stage.port, rawRequest())
        const scene = await stage.entered(1)
        scene.reply.resolve({ headers: { 'content-type': 'text/plain' }, body })
        for (const chunk of ['one', 'two', 'three']) {
          body.write(chunk)
          await eventually(`"${chunk}" came`, () => client.received().includes(chunk))
          assert.equal(await stage.inflight(), 1)
        }
        body.end()
        await eventually('the place was free', async () => (await stage.inflight()) === 0)
        client.leave()
      })
    },
  },
  {
    name: 'counts server-sent events until the listener leaves',
    needs: ['disconnects'],
    async run(harness) {
      await staged(harness, roomy, async (stage) => {
        const body = new PassThrough()
        const client = await openRaw(stage.port, rawRequest('/events', ['Accept: text/event-stream']))
        const scene = await stage.entered(1)
        scene.reply.resolve({ headers: { 'content-type': 'text/event-stream' }, body })
        body.write('data: 1\n\n')
        await eventually('the first event came', () => client.received().includes('data: 1'))
        assert.equal(await stage.inflight(), 1)
        client.leave()
        await eventually('the place was free', async () => (await stage.inflight()) === 0)
        body.end()
      })
    },
  },
  {
    name: 'does not let a client that reads slowly hold a place',
    needs: ['slowReaders'],
    async run(harness) {
      const body = 'x'.repeat(16_000_000)
      let answered = 0
      const application: Application = () => {
        answered++
        return { headers: { 'content-type': 'text/plain' }, body }
      }
      const play = async (stage: Stage): Promise<void> => {
        const clients = []
        for (let i = 1; i <= 3; i++) {
          const client = await openRaw(stage.port, rawRequest(), { reads: false })
          clients.push(client)
          await eventually('the answer was on its way', async () => answered === i && (await stage.inflight()) === 0)
          assert.equal(client.isClosed(), false)
        }
        for (const client of clients) client.leave()
      }
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, play, { application })
    },
  },
  {
    name: 'serves requests that offer an upgrade which nobody takes',
    async run(harness) {
      const headers = { connection: 'Upgrade', upgrade: 'unheard-of' }
      const play = async ({ port }: Stage): Promise<void> => assert.equal((await ask(port, { headers })).status, 200)
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, play, { application: answering() })
    },
  },
  {
    name: 'does not count connections that were upgraded',
    needs: ['upgrades'],
    async run(harness) {
      await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, async (stage) => {
        assert.ok(stage.server, 'the harness has a server, or lacks upgrades')
        stage.server.on('upgrade', (_req, socket) => {
          socket.on('end', () => socket.end()).resume()
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n')
        })
        const client = await openRaw(stage.port, rawRequest('/', ['Connection: Upgrade', 'Upgrade: test']))
        await eventually('it was upgraded', () => client.received().includes(' 101 '))
        assert.equal(await stage.inflight(), 0)
        const answer = ask(stage.port)
        ;(await stage.entered(1)).reply.resolve({ body: 'ok' })
        assert.equal((await answer).status, 200)
        client.leave()
        await eventually('it was closed', () => client.isClosed())
      })
    },
  },
]
