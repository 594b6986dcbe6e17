/** One variant in a process of its own; tells its CPU time when asked. */
import { createServer } from 'node:http'
import { findVariant } from './families/index.ts'

export type FromVariant =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'cpu'; readonly ms: number }
  | { readonly type: 'absent'; readonly why: string }

function tell(message: FromVariant): void {
  process.send?.(message)
}

async function serve(name: string): Promise<void> {
  const made = await findVariant(name)()
  const server = typeof made === 'function' ? createServer(made) : made
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) tell({ type: 'listening', port: address.port })
  })
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  tell({ type: 'cpu', ms: (user + system) / 1000 })
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
serve(process.argv[2] ?? '').catch((error: unknown) => tell({ type: 'absent', why: String(error) }))
