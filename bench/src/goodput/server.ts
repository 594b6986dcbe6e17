/** A server in a process of its own: one scenario behind one subject. Started by `target.ts`. */
import express from 'express'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FromServer, ServerOrder, ToServer } from './target.ts'
import { findScenario, priorityHeader } from './scenarios.ts'
import { findSubject } from './subjects.ts'
import { createWorkload } from './workload.ts'

function tell(message: FromServer): void {
  process.send?.(message)
}

function readOrder(text: string | undefined): ServerOrder {
  const order: ServerOrder = JSON.parse(text ?? '')
  return order
}

const order = readOrder(process.argv[2])
const app = express()
app.disable('x-powered-by')
const subject = await findSubject(order.subject)
const scenario = findScenario(order.scenario)
const workload = createWorkload(scenario, order.seed)
const guess = scenario.priorities === undefined ? order.guess : { ...order.guess, priorityHeader }
const listener = await subject(app, guess)
// Only now: a middleware must stand before the routes, and whoever stands in front does not care.
app.use(workload.routes)
const server = createServer(listener)
let cpu = process.cpuUsage()

process.on('message', (message: ToServer) => {
  if (message.type === 'slow') {
    workload.slowDown(message.factor)
    tell({ type: 'slowed', epochMs: performance.timeOrigin + performance.now() })
    return
  }
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  const { runs, peakInflight } = workload.stats
  tell({
    type: 'stats',
    stats: { runs, peakInflight, cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() },
  })
  workload.stats.runs = 0
  workload.stats.peakInflight = workload.stats.inflight
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  tell({ type: 'listening', port, inFront: listener !== app })
})
