/** The shop by itself: routes that work, on both sides. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Shop } from '@spillway/demo-kit/shop'
import { shopCases, uploadWithoutEnd } from '@spillway/demo-kit/testing'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../src/app.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
  vi.restoreAllMocks()
})

async function listen(side: 'protected' | 'unprotected') {
  const { server, control } = createApp(side)
  server.listen(0, '127.0.0.1')
  open.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, control, server }
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

  it('takes a listener of the feed that leaves for no error', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    let goOn = (): void => {}
    const pause = new Promise<void>((resolve) => (goOn = resolve))
    vi.spyOn(Shop.prototype, 'feed').mockImplementation(async function* feed() {
      yield 'data: {}\n\n'
      await pause
    })
    const { url, server } = await listen('protected')
    const left = new Promise((resolve) => server.once('request', (_req, res) => res.once('close', resolve)))
    const leaving = new AbortController()
    await fetch(`${url}/feed`, { signal: leaving.signal })
    leaving.abort()
    await left
    // Koa hears of it when the feed has ended, too.
    goOn()
    await turn()
    await turn()
    expect(logged).not.toHaveBeenCalled()
  })
})
