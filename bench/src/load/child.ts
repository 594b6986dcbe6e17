/** The generator's own process: takes its orders over IPC, and dies with its parent. */
import { LoadEngine } from './engine.ts'
import type { FromGenerator, ToGenerator } from './messages.ts'
import { settleOptions } from './options.ts'

let engine: LoadEngine | undefined

function tell(message: FromGenerator): void {
  process.send?.(message)
}

function start(order: Extract<ToGenerator, { type: 'start' }>): void {
  engine = new LoadEngine(
    settleOptions(order.options),
    order.slices ? (slice) => tell({ type: 'slice', slice }) : undefined,
  )
  engine.run().then(
    (result) => tell({ type: 'result', result }),
    (error: unknown) => tell({ type: 'failed', message: String(error) }),
  )
}

process.on('message', (order: ToGenerator) => {
  if (order.type === 'start') start(order)
  else if (order.type === 'rate') engine?.setRate(order.rate)
  else engine?.stop()
})
process.on('disconnect', () => process.exit())
// Ctrl-C reaches the whole terminal group; the parent decides when the generator ends.
process.on('SIGINT', () => {})
tell({ type: 'ready' })
