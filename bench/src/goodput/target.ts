/** Starts, warms, reads and stops the servers that are measured. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { runClosedLoop, spawnPinned } from '../load/index.ts'
import type { Guess } from './subjects.ts'

export interface ServerOrder {
  readonly scenario: string
  /** A registered name, or the path of a file. */
  readonly subject: string
  readonly guess: Guess
  readonly seed: number
}

export interface ServerStats {
  /** Handlers that ran since the last reading. */
  readonly runs: number
  readonly peakInflight: number
  readonly cpuMs: number
  readonly rssBytes: number
}

export type ToServer = { readonly type: 'stats' } | { readonly type: 'slow'; readonly factor: number }

export type FromServer =
  | { readonly type: 'listening'; readonly port: number; readonly inFront: boolean }
  | { readonly type: 'stats'; readonly stats: ServerStats }
  | { readonly type: 'slowed'; readonly epochMs: number }

export interface Target {
  /** Requests meet the subject before the framework. */
  readonly inFront: boolean
  readonly url: string
  /** Reads and resets. */
  stats(): Promise<ServerStats>
  /** Makes the downstream slower by `factor`; returns when that was, in milliseconds since the epoch. */
  slowDown(factor: number): Promise<number>
  close(): Promise<void>
}

/** Cheap requests before a server is measured: Express takes some 10,000 until its CPU per request is stable. */
const warmRequests = 12_000

/** Starts a server on core 0 and warms it. */
export async function openTarget(order: ServerOrder, warm: number = warmRequests): Promise<Target> {
  const file = fileURLToPath(new URL('./server.ts', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  const { child } = spawnPinned(file, { core: 0, args: [JSON.stringify(order)], env })
  const line = new ServerLine(child, order.subject)
  const { port, inFront } = await line.hear('listening')
  const url = `http://127.0.0.1:${port}`
  if (warm > 0) await runClosedLoop({ url: `${url}/warm`, connections: 16, requests: warm })
  return {
    inFront,
    url,
    stats: async () => {
      line.ask({ type: 'stats' })
      return (await line.hear('stats')).stats
    },
    slowDown: async (factor) => {
      line.ask({ type: 'slow', factor })
      return (await line.hear('slowed')).epochMs
    },
    close: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The line to a server: questions out, the next answer of a kind in. */
class ServerLine {
  readonly #child: ChildProcess
  readonly #died: Promise<never>

  constructor(child: ChildProcess, subject: string) {
    this.#child = child
    this.#died = once(child, 'exit').then(([code]) => {
      throw new Error(`goodput: the server of ${subject} ended early (${String(code)})`)
    })
    this.#died.catch(() => {})
  }

  ask(message: ToServer): void {
    this.#child.send(message)
  }

  /** The next message of that type; rejects when the server dies first. */
  hear<T extends FromServer['type']>(type: T): Promise<Extract<FromServer, { type: T }>> {
    const isIt = (message: FromServer): message is Extract<FromServer, { type: T }> => message.type === type
    const heard = new Promise<Extract<FromServer, { type: T }>>((resolve) => {
      const listen = (message: FromServer): void => {
        if (!isIt(message)) return
        this.#child.off('message', listen)
        resolve(message)
      }
      this.#child.on('message', listen)
    })
    return Promise.race([heard, this.#died])
  }
}
