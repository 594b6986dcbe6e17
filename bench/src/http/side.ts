/** One side of a pair: a server on core 0 that stays up, measured in short windows. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type PinnedChild, runClosedLoop, spawnPinned } from '../load/index.ts'
import type { FromVariant } from './server.ts'

/** What one window of closed-loop load showed. */
export interface Window {
  readonly perSecond: number
  /** CPU time of the server per request, in microseconds. */
  readonly cpuUs: number
  /** Cores that the load itself used: near 1, it was the client that was measured, and only the CPU of the server says anything. */
  readonly clientCores: number
  readonly statuses: Readonly<Record<number, number>>
}

export interface Side {
  measure(seconds: number): Promise<Window>
  close(): Promise<void>
}

const connections = 16

/** Cheap requests until Express's CPU per request is stable. */
const warmRequests = 15_000

/** Starts and warms the server of a variant; `undefined`, and a note, when the variant is not there. */
export async function openSide(name: string): Promise<Side | undefined> {
  const file = fileURLToPath(new URL('./server.ts', import.meta.url))
  const pinned = spawnPinned(file, { core: 0, args: [name], env: { ...process.env, NODE_ENV: 'production' } })
  const first = await hear(pinned)
  if (first.type !== 'listening') {
    console.error(`*** ${name} is left out: ${first.type === 'absent' ? first.why : 'no answer'}`)
    await close(pinned)
    return undefined
  }
  const url = `http://127.0.0.1:${first.port}/`
  await runClosedLoop({ url, connections, requests: warmRequests })
  return {
    measure: async (seconds) => {
      const before = await cpuMs(pinned)
      const own = process.cpuUsage()
      const { perSecond, answers, statuses, seconds: ran } = await runClosedLoop({ url, connections, seconds })
      const { user, system } = process.cpuUsage(own)
      const after = await cpuMs(pinned)
      const clientCores = (user + system) / 1e6 / ran
      return { perSecond, cpuUs: ((after - before) * 1000) / answers, clientCores, statuses }
    },
    close: () => close(pinned),
  }
}

async function hear({ child }: PinnedChild): Promise<FromVariant> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`http: a server ended early (${String(code)})`))
    child.once('exit', died)
    child.once('message', (message: FromVariant) => {
      child.off('exit', died)
      resolve(message)
    })
  })
}

async function cpuMs(pinned: PinnedChild): Promise<number> {
  const heard = hear(pinned)
  pinned.child.send('cpu')
  const message = await heard
  return message.type === 'cpu' ? message.ms : NaN
}

async function close({ child }: PinnedChild): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
