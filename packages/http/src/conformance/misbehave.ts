/** Thousands of requests by clients of every bad habit, to an application that has some of its own. */
import { PassThrough } from 'node:stream'
import { systemClock } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { ask, openRaw, rawRequest } from './client.ts'
import type { Application, Reply, Served } from './harness.ts'

/** How much misbehaviour. */
export interface MisbehaviourOptions {
  /** Requests to send; default 5000. */
  readonly requests?: number
  /** Clients at a time; default 40. */
  readonly clients?: number
  /** No upload goes where it is never answered, for runtimes that do not hear of clients that leave there; default false. */
  readonly answersUploads?: boolean
  /** Of chance; the same seed is the same misbehaviour, as far as the network lets it. */
  readonly seed?: number
}

/** What was sent, and how it ended. */
export interface MisbehaviourReport {
  /** Requests that were sent, whole or in part. */
  readonly requests: number
  /** Requests that were answered to their end. */
  readonly answered: number
}

type Chance = (below: number) => number

/** One bad habit: sends some requests and says how many. */
type Habit = (
  port: number,
  chance: Chance,
  options: Pick<MisbehaviourOptions, 'answersUploads'>,
) => Promise<{ readonly sent: number; readonly answered?: number }>

const pause = (ms: number): Promise<void> => new Promise((resolve) => void systemClock.after(ms, resolve))
/** Where {@link faultyApplication} has something to answer, or not. */
export const faultyPaths: readonly string[] = [
  '/ok',
  '/later',
  '/never',
  '/stream',
  '/throw',
  '/reject',
  '/503',
  '/big',
]
const anyPath = (chance: Chance): string => faultyPaths[chance(faultyPaths.length)] as string

/** Sends `text` and leaves after up to `ms`, whatever came back. */
async function hitAndRun(port: number, text: string, ms: number, reads = true): Promise<void> {
  const client = await openRaw(port, text, { reads })
  if (ms > 0) await pause(ms)
  client.leave()
}

const habits: readonly Habit[] = [
  async function polite(port, chance) {
    const method = ['GET', 'HEAD', 'POST'][chance(3)] as string
    const path = ['/ok', '/later', '/throw', '/reject', '/503'][chance(5)] as string
    const body = method === 'POST' ? { body: 'x'.repeat(chance(5_000)) } : {}
    // The server may close a connection in the face of a client that sends a body; that is no answer.
    const answered = await ask(port, { method, path, ...body }).then(
      () => 1,
      () => 0,
    )
    return { sent: 1, answered }
  },
  async function leavesAtOnce(port, chance) {
    await hitAndRun(port, rawRequest(anyPath(chance)), 0)
    return { sent: 1 }
  },
  async function losesPatience(port, chance) {
    await hitAndRun(port, rawRequest(anyPath(chance)), 1 + chance(12))
    return { sent: 1 }
  },
  async function leavesDuringTheHead(port, chance) {
    const text = rawRequest(anyPath(chance))
    await hitAndRun(port, text.slice(0, 1 + chance(text.length - 1)), chance(5))
    return { sent: 1 }
  },
  async function leavesDuringTheBody(port, chance, { answersUploads = false }) {
    const path = anyPath(chance)
    const head = rawRequest(answersUploads && path === '/never' ? '/later' : path, ['Content-Length: 100000']).replace(
      'GET',
      'POST',
    )
    await hitAndRun(port, head + 'x'.repeat(chance(9_000)), chance(8))
    return { sent: 1 }
  },
  async function pipelines(port, chance) {
    const count = 2 + chance(6)
    // why: a megabyte that waits behind an answer which never comes makes Node.js stop reading, so that it never sees the
    // client leave, with or without a middleware. Only a time limit on the handler helps there.
    const small = (): string => anyPath(chance).replace('/big', '/ok')
    await hitAndRun(port, Array.from({ length: count }, () => rawRequest(small())).join(''), chance(12))
    return { sent: count }
  },
  async function neverReads(port, chance) {
    await hitAndRun(port, rawRequest(chance(2) === 0 ? '/big' : '/stream'), 1 + chance(10), false)
    return { sent: 1 }
  },
  async function talksNonsense(port, chance) {
    const nonsense = Array.from({ length: 1 + chance(200) }, () => String.fromCodePoint(chance(256))).join('')
    await hitAndRun(port, nonsense, chance(5))
    return { sent: 1 }
  },
]

/** An application with faults: it may throw, reject, stream, answer a megabyte, late, or never. */
export const faultyApplication: Application = ({ url }) => {
  if (url === '/throw') throw new Error('thrown by the application')
  if (url === '/reject') return Promise.reject(new Error('rejected by the application'))
  if (url === '/never') return new Promise<never>(() => {})
  if (url === '/later') return pause(3).then(() => ({ body: 'late' }))
  if (url === '/stream') return streamed()
  if (url === '/big') return { headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(1_000_000) }
  return { status: url === '/503' ? 503 : 200, body: 'ok' }
}

function streamed(): Reply {
  const body = new PassThrough()
  body.on('error', () => {}) // whoever reads it may leave
  body.write('one')
  systemClock.after(4, () => body.end('two'))
  return { headers: { 'content-type': 'text/plain' }, body }
}

/** Lets clients of all habits loose on a server that runs {@link faultyApplication}; resolves when the last of them has left. */
export async function misbehave(
  { port }: Pick<Served, 'port'>,
  { requests = 5_000, clients = 40, seed = 1, ...options }: MisbehaviourOptions = {},
): Promise<MisbehaviourReport> {
  const random = seededRandom(seed)
  const chance: Chance = (below) => Math.floor(random() * below)
  let sent = 0
  let answered = 0
  const client = async (): Promise<void> => {
    while (sent < requests) {
      const habit = habits[chance(habits.length)] as Habit
      const done = await habit(port, chance, options)
      sent += done.sent
      answered += done.answered ?? 0
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { requests: sent, answered }
}
