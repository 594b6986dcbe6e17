/** The generator against real servers in this process: what it counts is what they saw. No assertion is about time. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { LoadEngine } from '../../src/load/engine.ts'
import { type LoadOptions, settleOptions } from '../../src/load/options.ts'
import type { LoadResult, PhaseResult, Slice } from '../../src/load/result.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

interface Run {
  readonly result: LoadResult
  readonly first: PhaseResult
  readonly slices: Slice[]
}

async function run(options: LoadOptions): Promise<Run> {
  const slices: Slice[] = []
  const settled = settleOptions({ timeoutMs: 20_000, precise: false, ...options })
  const result = await new LoadEngine(settled, (slice) => slices.push(slice)).run()
  const [first] = result.phases
  if (first === undefined) throw new Error('no phase')
  return { result, first, slices }
}

function sum(counts: readonly { offered: number }[]): number {
  return counts.reduce((total, { offered }) => total + offered, 0)
}

describe('LoadEngine', () => {
  test.each(['fresh', 8] as const)('counts exactly what the server saw, over %s connections', async (connections) => {
    let seen = 0
    const url = await serve((_request, response) => {
      response.statusCode = ++seen % 4 === 0 ? 503 : 200
      response.end('x')
    })
    const { first, result } = await run({ url, connections, phases: [{ rate: 200, seconds: 1 }] })
    expect(seen).toBe(200)
    expect(first).toMatchObject({
      offered: 200,
      tries: 200,
      served: 150,
      refused: 50,
      unanswered: 0,
      errors: 0,
      failed: 0,
    })
    expect(sum(result.slices)).toBe(200)
  })

  test('sends the classes in their headers and counts them apart', async () => {
    const seen: Record<string, number> = {}
    const note = ({ headers, url }: IncomingMessage): void => {
      for (const name of [headers['x-priority'], headers['x-tenant'], url]) {
        seen[String(name)] = (seen[String(name)] ?? 0) + 1
      }
    }
    const url = await serve((request, response) => {
      note(request)
      response.end()
    })
    const { first } = await run({
      url,
      connections: 4,
      phases: [{ rate: 200, seconds: 0.5 }],
      paths: [
        { path: '/a', share: 1 },
        { path: '/b', share: 1 },
      ],
      priorities: [
        { name: 'high', share: 1 },
        { name: 'low', share: 4 },
      ],
      tenants: [
        { name: 'one', share: 1 },
        { name: 'two', share: 1 },
      ],
    })
    for (const [name, counts] of Object.entries({ ...first.byPriority, ...first.byTenant, ...first.byPath })) {
      expect(counts.served, name).toBe(seen[name])
    }
  })

  test('gives up on a server that never answers', async () => {
    const url = await serve(() => {})
    const { first } = await run({ url, timeoutMs: 50, phases: [{ rate: 100, seconds: 0.2 }] })
    expect(first).toMatchObject({ offered: 20, unanswered: 20, served: 0 })
  })

  test('lets requests wait for a free connection, and gives up on those too', async () => {
    const url = await serve(() => {})
    const { first } = await run({ url, timeoutMs: 50, connections: 2, phases: [{ rate: 100, seconds: 0.2 }] })
    expect(first).toMatchObject({ offered: 20, unanswered: 20 })
  })

  test('tells connections that are refused or cut from answers', async () => {
    const url = await serve((request) => request.socket.destroy())
    expect((await run({ url, phases: [{ rate: 50, seconds: 0.2 }] })).first).toMatchObject({ offered: 10, errors: 10 })
  })

  test('sends again what was refused, as often as it may', async () => {
    let seen = 0
    const url = await serve((_request, response) => {
      response.statusCode = ++seen % 3 === 0 ? 200 : 429
      response.end()
    })
    const retries = { tries: 3, backoffMs: 0 }
    // One connection and one request at a time: the third try is the one that is served.
    const { first } = await run({ url, connections: 1, retries, phases: [{ rate: 1, seconds: 0.5 }] })
    expect(first).toMatchObject({ offered: 1, tries: 3, served: 1 })
  })

  test('sends again, once more, what was put on a connection that the server had closed', async () => {
    let seen = 0
    const url = await serve((request, response) => {
      response.end('ok')
      if (++seen === 1) response.once('finish', () => request.socket.destroySoon())
    })
    const { first } = await run({ url, connections: 1, phases: [{ rate: 50, seconds: 0.2 }] })
    expect(first).toMatchObject({ offered: 10, served: 10, errors: 0 })
  })

  test('runs its phases one after the other', async () => {
    const url = await serve((_request, response) => void response.end())
    const phases = [
      { name: 'calm', rate: 20, seconds: 0.5 },
      { rate: 100, seconds: 0.5 },
    ]
    const { result, slices } = await run({ url, phases })
    expect(result.phases.map(({ name, offered }) => [name, offered])).toEqual([
      ['calm', 10],
      ['phase 2', 50],
    ])
    expect(slices.map(({ phase, offered }) => [phase, offered])).toEqual([
      [0, 5],
      [0, 5],
      [1, 25],
      [1, 25],
    ])
  })
})
