/** Listeners of the feed that leave are no error that Koa should log. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Shop } from '@spillway/demo-kit/shop'
import { afterEach, expect, it, vi } from 'vitest'
import { createApp } from '../src/app.ts'

afterEach(() => void vi.restoreAllMocks())

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

it('takes a listener of the feed that leaves for no error', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  let goOn = (): void => {}
  const pause = new Promise<void>((resolve) => (goOn = resolve))
  vi.spyOn(Shop.prototype, 'feed').mockImplementation(async function* feed() {
    yield 'data: {}\n\n'
    await pause
  })
  const { server } = createApp('protected')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const left = new Promise((resolve) => server.once('request', (_req, res) => res.once('close', resolve)))
  const leaving = new AbortController()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`
  await fetch(url, { signal: leaving.signal })
  leaving.abort()
  await left
  // Koa hears of it when the feed has ended, too.
  goOn()
  await turn()
  await turn()
  expect(logged).not.toHaveBeenCalled()
  server.close()
})
