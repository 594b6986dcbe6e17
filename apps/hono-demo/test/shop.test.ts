/** The shop by itself: routes that work, on both sides. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { shopCases, uploadWithoutEnd } from '@spillway/demo-kit/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function listen(side: 'protected' | 'unprotected') {
  const { server, control } = createApp(side)
  server.listen(0, '127.0.0.1')
  open.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, control }
}

describe.each(['protected', 'unprotected'] as const)('the %s shop', (side) => {
  it.each(shopCases)('$name', async ({ run }) => run((await listen(side)).url))
})

describe('the protected shop', () => {
  it('counts work, and no listener to the feed', async () => {
    const { url, control } = await listen('protected')
    const leaving = new AbortController()
    await fetch(`${url}/feed`, { signal: leaving.signal })
    expect(control?.snapshot().inflight).toBe(0)
    leaving.abort()
  })

  it('refuses all but its health when it drains, uploads without reading them', async () => {
    const { url, control } = await listen('protected')
    control?.drain()
    const statuses = []
    for (const path of ['/products', '/checkout', '/ready', '/live']) statuses.push((await fetch(url + path)).status)
    expect(statuses).toEqual([503, 503, 503, 200])
    const { status, sentBytes } = await uploadWithoutEnd(url)
    expect(status).toBe(503)
    expect(sentBytes).toBeLessThan(20_000_000)
  })
})
