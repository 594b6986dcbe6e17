/** Real servers of both versions, closed by the test that opened them. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask, type Ask } from '@spillway/http/conformance'
import Koa from 'koa'
import Koa2 from 'koa2'

/** For `describe.each`. */
export const versions: readonly (readonly [name: string, create: new () => Koa])[] = [
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
]

const servers: Server[] = []

/** Serves an app on a free port. */
export async function listen(app: Koa): Promise<number> {
  const server = await new Promise<Server>((resolve) => {
    const opened = app.listen(0, '127.0.0.1', () => resolve(opened))
  })
  servers.push(server)
  return (server.address() as AddressInfo).port
}

/** For `afterEach`. */
export function closeAll(): void {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
}

/** Asks one after the other. */
export async function statuses(port: number, asks: readonly Ask[]): Promise<number[]> {
  const found = []
  for (const each of asks) found.push((await ask(port, each)).status)
  return found
}
