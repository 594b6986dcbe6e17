/** A real process gets a real signal under load. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@spillway/core'
import { eventually } from '@spillway/http/conformance'
import type { DrainReport } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { open, type Kind } from '../support/servers.ts'

const flags = ['--experimental-strip-types', '--no-warnings', '--conditions=@spillway/source']
const file = fileURLToPath(new URL('../fixtures/drains.ts', import.meta.url))
const runsTypeScript = process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Report extends DrainReport {
  readonly begun: number
  readonly answered: number
}

async function start(kind: Kind, preStopDelayMs: number, drainTimeoutMs: number) {
  const args = [...flags, file, kind, String(preStopDelayMs), String(drainTimeoutMs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line))
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  await eventually('it listens', () => lines.length === 1)
  return { child, exited, port: Number(lines[0]), report: () => JSON.parse(lines[1] ?? '{}') as Report }
}

/** Asks again and again until nobody answers any more; tells how each request ended. */
async function load(kind: Kind, port: number, tally: Map<string, number>): Promise<void> {
  const client = open(kind, port)
  for (let failures = 0; failures < 3;) {
    const outcome = await client.call().then(
      ({ status, body }) => (status === 200 && body !== 'a whole answer' ? 'torn' : String(status)),
      () => 'failed',
    )
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
    failures = outcome === 'failed' ? failures + 1 : 0
    // So that a session that is about to be told to end is not asked for more: see support/servers.ts.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  client.close()
}

describe.runIf(runsTypeScript)('a process that is told to end', () => {
  it.each<[Kind, number]>([
    ['http', 300],
    ['http', 0],
  ])('answers all that it let in, and ends with 0 in time: %s, %i ms before it stops', async (kind, preStopDelayMs) => {
    const { child, exited, port, report } = await start(kind, preStopDelayMs, 5000)
    const tally = new Map<string, number>()
    const clients = Array.from({ length: 20 }, () => load(kind, port, tally))
    await eventually('it is under load', () => (tally.get('200') ?? 0) > 60)
    const from = systemClock.now()
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const tookMs = systemClock.now() - from
    await Promise.all(clients)
    const { begun, answered, outcome, cut, unfinished } = report()
    expect({ outcome, cut, unfinished }).toEqual({ outcome: 'completed', cut: 0, unfinished: 0 })
    expect(answered).toBe(begun)
    expect(tally.get('200')).toBe(begun)
    expect(tally.has('torn')).toBe(false)
    // The bound that it was given, and nothing of this machine's speed.
    expect(tookMs).toBeLessThan(5000)
  })

  it('serves HTTP/2 to the end', async () => {
    const { child, exited, port, report } = await start('h2c', 300, 5000)
    const clients = Array.from({ length: 10 }, () => open('h2c', port))
    const calls = clients.map((client) => client.call())
    await Promise.all(calls)
    const last = clients.map((client) => client.call())
    await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGTERM')
    expect((await Promise.all(last)).map(({ status, body }) => `${status} ${body}`)).toEqual(
      Array.from({ length: 10 }, () => '200 a whole answer'),
    )
    expect(await exited).toEqual([0, null])
    expect(report()).toMatchObject({ outcome: 'completed', begun: 20, answered: 20 })
  })

  it('ends with 1 when something had to be cut off, and at once at a second signal', async () => {
    const late = await start('http', 0, 500)
    const client = open('http', late.port)
    const cut = client.call({ path: '/never' }).then(
      () => 'answered',
      () => 'cut off',
    )
    const other = open('http', late.port)
    expect((await other.call({ path: '/livez' })).status).toBe(200)
    other.close()
    late.child.kill('SIGTERM')
    expect(await late.exited).toEqual([1, null])
    expect(late.report()).toMatchObject({ outcome: 'timeout', unfinished: 1, cut: 1 })
    expect(await cut).toBe('cut off')
    const impatient = await start('http', 60_000, 60_000)
    impatient.child.kill('SIGTERM')
    const probe = open('http', impatient.port)
    await eventually('it drains', async () => (await probe.call({ path: '/readyz' })).status === 503)
    impatient.child.kill('SIGTERM')
    expect(await impatient.exited).toEqual([1, null])
    probe.close()
  })
})
