/** What is special about Bun, Deno and workerd: what the conformance suite does not ask of everybody. */
import { ask, eventually, faultyApplication, misbehave, openRaw, rawRequest } from '@spillway/http/conformance'
import type { ConcurrencyLimitSnapshot } from '@spillway/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from './protocol.ts'
import { isInstalled, type RunningRuntime, runtimes, start } from './runtimes.ts'

const installed = runtimes.filter(isInstalled)

it('finds every runtime, in CI', () => {
  const missing = runtimes.filter((runtime) => !isInstalled(runtime)).map(({ name }) => name)
  if (missing.length > 0) console.error(`NOT TESTED on ${missing.join(', ')}: not installed here`)
  if (process.env['CI'] === 'true') expect(missing).toEqual([])
})

describe.each(installed)('Hono on $name', (runtime) => {
  let running: RunningRuntime
  beforeAll(async () => {
    running = await start(runtime)
  }, 60_000)
  afterAll(() => running?.close())

  async function places(): Promise<ConcurrencyLimitSnapshot> {
    const { body } = await ask(running.port, { path: `${paths.shop}/places` })
    return JSON.parse(body) as ConcurrencyLimitSnapshot
  }

  it('serves through middlewares that were made when the module was loaded, and knows who asks', async () => {
    const { status, headers, body } = await ask(running.port, {
      path: `${paths.shop}/quota`,
      headers: { 'cf-connecting-ip': '127.0.0.1' }, // what stands in front of workers says so
    })
    expect([status, JSON.parse(body)]).toMatchObject([200, { limit: 1_000, used: 1, key: '127.0.0.1' }])
    expect(headers['ratelimit']).toContain('r=999')
    // Text that is in memory stays text; workerd reads it from elsewhere, so there it has to be a stream.
    if (runtime.name !== 'workerd') expect(headers['content-length']).toBe(String(body.length))
  })

  it('does not count WebSockets', async () => {
    const key = 'Sec-WebSocket-Key: c3BpbGx3YXkgc3BpbGx3YQ=='
    const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key]
    const client = await openRaw(running.port, rawRequest(`${paths.shop}/socket`, headers))
    await eventually('it was upgraded', () => client.received().includes(' 101 '))
    await eventually('nothing was counted', async () => (await places()).inflight === 0)
    expect(client.isClosed()).toBe(false)
    client.leave()
  })
})

describe.skipIf(!installed.some(({ name }) => name === 'workerd'))('where timers end with their requests', () => {
  let running: RunningRuntime
  beforeAll(async () => {
    running = await start(runtimes.find(({ name }) => name === 'workerd')!)
  }, 60_000)
  afterAll(() => running?.close())

  it('lets nobody wait for a timer that has gone with another request', async () => {
    const options = { limit: 1, maxQueue: 50, maxWaitMs: 150 }
    const never = new Promise<never>(() => {})
    let entered = 0
    const application = (): Promise<never> => (entered++, never)
    const served = await running.harness.serve({ control: { kind: 'concurrencyLimit', options }, application })
    const holder = await openRaw(running.port, rawRequest('/holder'))
    await eventually('it held the place', () => entered === 1)
    const statuses: number[] = []
    for (let i = 1; i <= 5; i++) {
      void ask(running.port).then(({ status }) => statuses.push(status))
      // One after the other, so that each is due at a time of its own; on a busy machine the first may be over by then.
      await eventually(`${i} had come`, async () => (await served.counts()).waiting + statuses.length >= i)
    }
    await eventually('all were refused', () => statuses.length === 5)
    expect(statuses).toEqual([503, 503, 503, 503, 503])
    expect(await served.counts()).toMatchObject({ waiting: 0, admitted: 1 })
    holder.leave()
    await served.close()
  })

  it('takes back the places of 3,000 requests whose clients left unheard', { timeout: 90_000 }, async () => {
    // Without a queue: of a request that dies unheard while it waits nobody ever learns that it got its place (see the README).
    const options = { limit: 30 }
    const harness = running.leasing(40)
    const served = await harness.serve({
      control: { kind: 'concurrencyLimit', options },
      application: faultyApplication,
    })
    await misbehave(served, { requests: 3_000 })
    await eventually('nothing ran or waited any more', async () => {
      await ask(running.port, { path: '/ok' }) // time passes there only while somebody asks
      const { inflight, waiting, admitted, released } = await served.counts()
      return inflight === 0 && waiting === 0 && released === admitted
    })
    expect((await served.counts()).admitted).toBeGreaterThan(300)
    expect((await ask(running.port, { path: '/ok' })).status).toBe(200)
    await served.close()
  })
})
