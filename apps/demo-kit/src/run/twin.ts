/** Starts a twin as a child process, listens to it, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DemoApp, Side } from '../app.ts'
import type { FromTwin, TwinReport } from '../messages.ts'
import type { Leash } from './leash.ts'
import { Problem } from './problem.ts'

export interface TwinOptions {
  readonly app: DemoApp
  readonly side: Side
  /** 0 takes any that is free. */
  readonly port?: number
  readonly core?: number | undefined
  readonly leash: Leash
}

/** A server that runs. */
export interface Twin {
  readonly side: Side
  readonly url: string
  /** The latest report; four come every second, fewer while the twin is too busy to speak. */
  report(): TwinReport
  /** Never resolves; rejects with a {@link Problem} when the twin ends without being told to. */
  readonly died: Promise<never>
}

const nothing: TwinReport = { inflight: 0, served: 0, control: undefined }

/** Resolves when the twin listens. Rejects with a {@link Problem} when it cannot. */
export async function openTwin(options: TwinOptions): Promise<Twin> {
  const { side, leash } = options
  const child = start(options)
  let latest = nothing
  let wanted = false
  leash.hold(() => {
    wanted = true
    child.kill('SIGKILL')
  })
  const died = watch(child, side, () => wanted)
  const port = await Promise.race([listening(child, side, (report) => (latest = report)), died])
  return { side, url: `http://127.0.0.1:${port}`, report: () => latest, died }
}

function start({ app, side, port = 0, core }: TwinOptions): ChildProcess {
  const file = fileURLToPath(app.server)
  const node = ['--conditions=@spillway/source', '--disable-warning=ExperimentalWarning', file, side, String(port)]
  const line = core === undefined ? node : ['-c', String(core), process.execPath, ...node]
  return spawn(core === undefined ? process.execPath : 'taskset', line, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

function listening(child: ChildProcess, side: Side, onReport: (report: TwinReport) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromTwin) => {
      if (message.type === 'report') onReport(message.report)
      else if (message.type === 'listening') resolve(message.port)
      else {
        reject(new Problem(`the ${side} twin could not start: ${message.why}`))
        child.kill('SIGKILL')
      }
    })
  })
}

function watch(child: ChildProcess, side: Side, isWanted: () => boolean): Promise<never> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)))
  const died = new Promise<never>((_resolve, reject) => {
    child.on('error', (error) => reject(new Problem(`the ${side} twin could not be started: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (!isWanted()) reject(new Problem(`the ${side} twin ended unexpectedly (${signal ?? code})${lastError(said)}`))
    })
  })
  // Whoever waits for it hears of it; nobody has to.
  died.catch(() => {})
  return died
}

/** The one line of a stack trace that tells a person something. */
function lastError(said: string): string {
  const line = said.split('\n').findLast((text) => /^\w*(Error|taskset).*: /.test(text))
  return line === undefined ? '' : `: ${line.trim()}`
}
