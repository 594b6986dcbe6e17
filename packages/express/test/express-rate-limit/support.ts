/** What the tests of the entry share: apps on real sockets, stores that misbehave, and time that stands still. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { VirtualClock } from '@spillway/core/testing'
import type { IncrementResponse, Logger, Options, Store } from '@spillway/express/express-rate-limit'
import { rateLimit } from '@spillway/express/express-rate-limit'
import { ask } from '@spillway/http/conformance'
import express, { type ErrorRequestHandler, type Express } from 'express'
import express4 from 'express4'
import { afterEach } from 'vitest'

/** Both versions that the entry is for. */
export const versions: ReadonlyArray<readonly [string, () => Express]> = [
  ['Express 5', express],
  ['Express 4', express4],
]

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** Serves an app on a port of its own until the test ends. */
export async function listen(app: RequestListener): Promise<number> {
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

/** Errors as answers: status 500 with the message. */
export const onError: ErrorRequestHandler = (error: Error, _req, res, _next) => void res.status(500).send(error.message)

/** A limiter before a handler that answers as its query says: `/?status=404`. */
export function appOf(options: Partial<Options>, create: () => Express = express): Express {
  const app = create()
  app.use(rateLimit(options))
  app.get('/', (req, res) => void res.status(Number(req.query['status'] ?? 200)).send('served'))
  return app.use(onError)
}

/** The statuses of requests one after the other. */
export async function statuses(port: number, paths: readonly string[]): Promise<number[]> {
  const found: number[] = []
  for (const path of paths) found.push((await ask(port, { path })).status)
  return found
}

/** Time for an option `wallTime` or `clock`. */
export interface World {
  readonly clock: VirtualClock
  readonly wallTime: (inMs: number) => Date
}

/** A world whose time begins at noon of a day, at a whole second. */
export function createWorld(): World {
  const clock = new VirtualClock()
  return { clock, wallTime: (inMs) => new Date(Date.UTC(2026, 0, 1, 12) + clock.now() + inMs) }
}

/** A logger that remembers. */
export function createLogger(): Logger & { readonly errors: unknown[]; readonly warnings: unknown[] } {
  const errors: unknown[] = []
  const warnings: unknown[] = []
  return { errors, warnings, error: (error) => void errors.push(error), warn: (error) => void warnings.push(error) }
}

/** A store that answers as it is told. */
export function storeOf(increment: (key: string) => unknown, others: Partial<Store> = {}): Store {
  return {
    increment: increment as (key: string) => IncrementResponse,
    decrement: () => {},
    resetKey: () => {},
    ...others,
  }
}
