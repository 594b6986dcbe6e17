/** The tests of a demo's app: `it.each(casesOf(createApp))('$name', ({ run }) => run())`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { CreateTwin, Side, TwinControl } from '../app.ts'
import { pageCases, uploadWithoutEnd } from './shop-cases.ts'

/** One test, with a server of its own. */
export interface AppCase {
  readonly name: string
  readonly run: () => Promise<void>
}

interface Listening {
  readonly url: string
  readonly control: TwinControl | undefined
}

/** Lets `play` use a shop that listens, and ends it whatever happens. */
async function listening(create: CreateTwin, side: Side, play: (shop: Listening) => Promise<void>): Promise<void> {
  const { server, control } = await create(side)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await play({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, control })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function countsNoListener({ url, control }: Listening): Promise<void> {
  const leaving = new AbortController()
  await fetch(`${url}/feed`, { signal: leaving.signal })
  assert.equal(control?.snapshot().inflight, 0)
  leaving.abort()
}

async function refusesWhenItDrains({ url, control }: Listening): Promise<void> {
  control?.drain()
  const statuses = []
  for (const path of ['/products', '/checkout', '/ready', '/live']) {
    const answer = await fetch(url + path)
    statuses.push(answer.status)
    await answer.text()
  }
  assert.deepEqual(statuses, [503, 503, 503, 200])
  const { status, sentBytes } = await uploadWithoutEnd(url)
  assert.equal(status, 503)
  assert.ok(sentBytes < 20_000_000, `the upload was refused without being read, but ${sentBytes} bytes were sent`)
}

const protectedCases = [
  { name: 'counts work, and no listener to the feed', play: countsNoListener },
  { name: 'refuses all but its health when it drains, uploads without reading them', play: refusesWhenItDrains },
]

/** All tests of an app, on both sides. */
export function casesOf(create: CreateTwin): readonly AppCase[] {
  const sides: readonly Side[] = ['protected', 'unprotected']
  return [
    ...sides.flatMap((side) =>
      pageCases.map(({ name, run }) => ({
        name: `the ${side} shop ${name}`,
        run: () => listening(create, side, ({ url }) => run(url)),
      })),
    ),
    ...protectedCases.map(({ name, play }) => ({
      name: `the protected shop ${name}`,
      run: () => listening(create, 'protected', play),
    })),
  ]
}
