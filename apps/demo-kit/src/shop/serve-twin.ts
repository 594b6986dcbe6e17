/** The process of one twin: makes its shop, listens, and reports. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CreateTwin, TwinControl } from '../app.ts'
import type { FromTwin } from '../messages.ts'

function tell(message: FromTwin): void {
  if (process.connected) process.send?.(message)
}

function explain({ code, message }: NodeJS.ErrnoException, port: string): string {
  if (code === 'EADDRINUSE') return `port ${port} is in use; choose another one with --port`
  if (code === 'EACCES') return `port ${port} is not allowed to this user; choose one above 1023 with --port`
  return message
}

/** Counts what the server is busy with, in front of any framework, and what it served. */
function count(server: Server): { open: number; served: number } {
  const counts = { open: 0, served: 0 }
  server.prependListener('request', (_req, res) => {
    counts.open++
    res.once('close', () => {
      counts.open--
      if (res.writableFinished && res.statusCode < 400) counts.served++
    })
  })
  return counts
}

function report(counts: ReturnType<typeof count>, control: TwinControl | undefined): FromTwin {
  const snapshot = control?.snapshot()
  return {
    type: 'report',
    report: { inflight: snapshot?.inflight ?? counts.open, served: counts.served, control: snapshot },
  }
}

/** Serves the side that the command line names, on the port after it, until whoever started it ends. */
export async function serveTwin(create: CreateTwin): Promise<void> {
  const [, , side, port = '0'] = process.argv
  const { server, control } = await create(side === 'protected' ? 'protected' : 'unprotected')
  const counts = count(server)
  server.on('error', (error) => tell({ type: 'failed', why: explain(error, port) }))
  server.listen(Number(port), '127.0.0.1', () => {
    tell({ type: 'listening', port: (server.address() as AddressInfo).port })
  })
  setInterval(() => tell(report(counts, control)), 250).unref()
  // Ends with whoever watches, and only with it: Ctrl-C reaches the whole terminal group.
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {})
}
