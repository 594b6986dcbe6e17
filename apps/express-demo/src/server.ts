/** One twin: the shop in a process of its own, with or without the one line. Started by `twin.ts`. */
import { overloadControl, readiness } from '@spillway/express'
import express from 'express'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FromTwin } from './messages.ts'
import { priorityOf, shop } from './shop.ts'

const [, , kind, wantedPort = '0'] = process.argv
const control = kind === 'protected' ? overloadControl({ priority: priorityOf }) : undefined
const app = express()

app.get('/ready', readiness(control ?? { snapshot: () => ({ draining: false, overloaded: false }) }))

// The only difference between the twins is this line.
if (control !== undefined) app.use(control)

// Counts what runs, behind the control: what it refuses never gets here.
let inflight = 0
let served = 0
app.use((_req, res, next) => {
  inflight++
  res.once('close', () => {
    inflight--
    if (res.writableFinished && res.statusCode < 400) served++
  })
  next()
})
app.use(shop())

function tell(message: FromTwin): void {
  if (process.connected) process.send?.(message)
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `port ${wantedPort} is in use; choose another one with --port`
  if (code === 'EACCES') return `port ${wantedPort} is not allowed to this user; choose one above 1023 with --port`
  return message
}

const server = createServer(app)
server.on('error', (error) => tell({ type: 'failed', why: explain(error) }))
server.listen(Number(wantedPort), '127.0.0.1', () => {
  tell({ type: 'listening', port: (server.address() as AddressInfo).port })
})
setInterval(() => tell({ type: 'report', report: { inflight, served, control: control?.snapshot() } }), 250).unref()

// Ends with whoever watches, and only with it: Ctrl-C reaches the whole terminal group.
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
