/** Runs a load in a process of its own, bound to a core, and steers it while it runs. */
import { fileURLToPath } from 'node:url'
import type { FromGenerator, ToGenerator } from './messages.ts'
import { type LoadOptions, settleOptions } from './options.ts'
import { spawnPinned } from './pinned.ts'
import type { LoadResult, Slice } from './result.ts'

export interface StartOptions extends LoadOptions {
  /** Core of the generator: 1 by default; `null` leaves it to the system. */
  readonly core?: number | null
  /** Told of every slice once all its requests have ended: at most `timeoutMs` after the slice (longer with retries). */
  readonly onSlice?: (slice: Slice) => void
}

/** A load that runs. */
export interface LoadHandle {
  /** Settles when the last request has ended; rejects if the generator dies. */
  readonly result: Promise<LoadResult>
  /** Changes the rate of the running phase. */
  setRate(rate: number): void
  /** Offers nothing more; `result` follows. */
  stop(): void
  /** Ends the generator at once; `result` rejects. */
  kill(): void
}

/** Starts a load and returns at once. Use `startLoad` when nothing is to be steered. */
export function openLoad(options: StartOptions): LoadHandle {
  const { core = 1, onSlice, ...load } = options
  settleOptions(load)
  const file = fileURLToPath(new URL('./child.ts', import.meta.url))
  const pinned = spawnPinned(file, { core: core ?? undefined })
  const { child } = pinned
  const tell = (message: ToGenerator): void => {
    if (child.connected) child.send(message)
  }
  const result = new Promise<LoadResult>((resolve, reject) => {
    child.on('message', (message: FromGenerator) => {
      if (message.type === 'ready') tell({ type: 'start', options: load, slices: onSlice !== undefined })
      else if (message.type === 'slice') onSlice?.(message.slice)
      else {
        if (message.type === 'result') resolve({ ...message.result, core: pinned.core })
        else reject(new Error(`load generator: ${message.message}`))
        child.disconnect()
      }
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => reject(new Error(`load generator ended early (${signal ?? code})`)))
  })
  return {
    result,
    setRate: (rate) => tell({ type: 'rate', rate }),
    stop: () => tell({ type: 'stop' }),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Runs a load to its end in a process of its own and reports. */
export function startLoad(options: StartOptions): Promise<LoadResult> {
  return openLoad(options).result
}
