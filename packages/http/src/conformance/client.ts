/** Clients of the suite: polite ones, raw ones, and a bounded way to wait for what they cause. */
import assert from 'node:assert/strict'
import { type Agent, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { systemClock } from '@spillway/core'

/** How long the suite waits for anything before it gives up: far longer than anything takes, and less than test runners wait. */
export const patienceMs = 4_000

/** Resolves when `condition` holds; asks once per turn of the event loop. Fails with `what` when patience ends. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = systemClock.now() + patienceMs
  while (!(await condition())) {
    if (systemClock.now() > deadline) assert.fail(`waited in vain until ${what}`)
    await new Promise<void>((resolve) => void systemClock.after(1, resolve))
  }
}

/** A promise and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What to ask. */
export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Default: a connection of its own, closed after the answer. */
  readonly agent?: Agent
}

/** One request, to the end of its answer. */
export function ask(
  port: number,
  { method = 'GET', path = '/', headers = {}, body, agent }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: agent ?? false, timeout: patienceMs }
    const req = httpRequest(options, (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      res.on('error', reject)
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: flatten(res.headers), body: text }))
    })
    req.on('error', reject)
    req.on('timeout', () => req.destroy(new Error(`no answer to ${method} ${path}`)))
    req.end(body)
  })
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** A TCP connection that sends what it is told and remembers what it got. */
export interface RawClient {
  readonly socket: Socket
  received(): string
  isClosed(): boolean
  /** Leaves without a farewell. */
  leave(): void
}

/** Opens a connection and sends `text`. With `reads: false` it never reads an answer. */
export async function openRaw(
  port: number,
  text: string,
  options: { readonly reads?: boolean } = {},
): Promise<RawClient> {
  const { reads = true } = options
  let received = ''
  let closed = false
  const socket = connect({ port, host: '127.0.0.1' })
  if (reads) socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk))
  socket.on('error', () => {}) // a reset is one way to be told that it is over
  socket.on('close', () => (closed = true))
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write(text)
  return { socket, received: () => received, isClosed: () => closed, leave: () => void socket.destroy() }
}

/** The text of a request without a body. */
export function rawRequest(path = '/', headers: readonly string[] = []): string {
  return `${['GET ' + path + ' HTTP/1.1', 'Host: test', ...headers].join('\r\n')}\r\n\r\n`
}
