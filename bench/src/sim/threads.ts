/** Runs cells on as many threads as there are cores: simulated time does not care who else is busy. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { CellRequest } from './cell.ts'
import type { Measured } from './scenario.ts'

interface Reply {
  readonly measured?: Measured
  readonly error?: string
}

/** Runs all of them and returns the results in their order; `onDone` is told of each. */
export async function runCells(cells: readonly CellRequest[], onDone: (done: number) => void): Promise<Measured[]> {
  const results: Measured[] = []
  let next = 0
  let done = 0
  const work = async (worker: Worker): Promise<void> => {
    for (let i = next++; i < cells.length; i = next++) {
      results[i] = await ask(worker, cells[i] as CellRequest)
      onDone(++done)
    }
  }
  const workers = Array.from(
    { length: Math.min(cells.length, availableParallelism()) },
    () => new Worker(new URL('./worker.ts', import.meta.url)),
  )
  try {
    await Promise.all(workers.map(work))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return results
}

function ask(worker: Worker, request: CellRequest): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error)
    worker.once('error', failed)
    worker.once('message', ({ measured, error }: Reply) => {
      worker.off('error', failed)
      if (measured === undefined) reject(new Error(error))
      else resolve(measured)
    })
    worker.postMessage(request)
  })
}
