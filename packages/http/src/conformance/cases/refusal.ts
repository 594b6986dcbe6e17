/** How no is said. */
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { type Answer, ask, eventually, openRaw } from '../client.ts'
import type { ConformanceCase, Control, Harness } from '../harness.ts'
import { answering, staged } from '../stage.ts'

/** Refuses everything, for nobody ever gets in. */
const closed: Control = { kind: 'rateLimit', options: { limit: 0, windowMs: 60_000 } }

/** Asks a server whose only place is taken. */
async function whileFull(harness: Harness, then: (port: number) => Promise<void>): Promise<void> {
  await staged(harness, { kind: 'concurrencyLimit', options: { limit: 1 } }, async (stage) => {
    const first = ask(stage.port)
    const scene = await stage.entered(1)
    await then(stage.port)
    assert.equal(stage.scenes.length, 1, 'nothing else reached the application')
    assert.equal(await stage.inflight(), 1)
    scene.reply.resolve({ headers: { 'x-mine': 'yes' }, body: 'ok' })
    assert.equal((await first).status, 200)
  })
}

function assertRefused(answer: Answer, status: number, type: string): void {
  assert.equal(answer.status, status)
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/)
  assert.match(
    answer.headers['retry-after'] ?? '',
    /^[1-9]\d*$/,
    'Retry-After is a whole number of seconds, at least 1',
  )
  assert.equal(answer.headers['cache-control'], 'no-store')
  const problem = JSON.parse(answer.body) as { type: string; status: number; title: unknown }
  assert.equal(problem.type, `https://iana.org/assignments/http-problem-types#${type}`)
  assert.equal(problem.status, status)
  assert.equal(typeof problem.title, 'string')
  assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.body)))
}

export const refusalCases: readonly ConformanceCase[] = [
  {
    name: 'refuses with 503 and a problem document when the server is full',
    async run(harness) {
      await whileFull(harness, async (port) => {
        const answer = await ask(port)
        assertRefused(answer, 503, 'temporary-reduced-capacity')
        assert.equal(answer.headers['x-mine'], undefined)
        assert.equal(answer.headers['ratelimit'], undefined, 'what the server can do is nobody else’s business')
      })
    },
  },
  {
    name: 'refuses with 429 and a problem document when the caller used its quota up',
    async run(harness) {
      const quota = { kind: 'rateLimit', options: { limit: 1, windowMs: 3_600_000 } } as const
      await staged(
        harness,
        quota,
        async ({ port }) => {
          const first = await ask(port)
          assert.equal(first.status, 200)
          const second = await ask(port)
          assertRefused(second, 429, 'quota-exceeded')
          const seconds = Number(second.headers['retry-after'])
          assert.ok(seconds <= 4_000, `Retry-After is about the hour that the quota takes, got ${seconds}`)
          assert.equal(second.headers['x-mine'], undefined, 'no header of the application')
        },
        { application: answering({ headers: { 'x-mine': 'yes' }, body: 'ok' }) },
      )
    },
  },
  {
    name: 'refuses HEAD without a body and keeps the connection',
    async run(harness) {
      await whileFull(harness, async (port) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        const head = await ask(port, { method: 'HEAD', agent })
        const get = await ask(port, { agent })
        agent.destroy()
        assert.deepEqual([head.status, head.body], [503, ''])
        assert.equal(head.headers['content-length'], get.headers['content-length'])
        assertRefused(get, 503, 'temporary-reduced-capacity')
      })
    },
  },
  {
    name: 'keeps the connection after a refusal, also when a short body was not read',
    async run(harness) {
      await staged(harness, closed, async ({ port, server }) => {
        let connections = 0
        server?.on('connection', () => connections++)
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        for (let i = 0; i < 3; i++) {
          const answer = await ask(port, { method: 'POST', body: Buffer.alloc(20_000), agent })
          assert.equal(answer.status, 429)
          assert.notEqual(answer.headers['connection'], 'close')
        }
        agent.destroy()
        if (server !== undefined) assert.equal(connections, 1)
      })
    },
  },
  {
    name: 'answers a refused upload without reading it to its end',
    needs: ['refusedUploads'],
    async run(harness) {
      await staged(harness, closed, async ({ port }) => {
        const length = 1_000_000_000
        const head = ['POST / HTTP/1.1', 'Host: test', `Content-Length: ${length}`].join('\r\n')
        const client = await openRaw(port, `${head}\r\n\r\n`)
        client.socket.write(Buffer.alloc(200_000))
        await eventually('the refusal came', () => client.received().includes('HTTP/1.1 429'))
        await eventually('the connection was closed', () => client.isClosed())
      })
    },
  },
]
