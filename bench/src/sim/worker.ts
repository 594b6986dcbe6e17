/** A thread that runs cells as it is told. */
import { parentPort } from 'node:worker_threads'
import { runCell, type CellRequest } from './cell.ts'

parentPort?.on('message', (request: CellRequest) => {
  void runCell(request).then(
    (measured) => parentPort?.postMessage({ measured }),
    (error: unknown) => parentPort?.postMessage({ error: `${request.scenario}, ${request.subject}: ${String(error)}` }),
  )
})
