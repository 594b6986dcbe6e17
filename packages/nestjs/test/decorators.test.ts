/** What decorators on controllers and handlers do, over HTTP on both platforms. */
import { Controller, Get } from '@nestjs/common'
import { ConcurrencyLimit, Cost, RateLimit, Spillway, SpillwayModule } from '@spillway/nestjs'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, platforms, type Running, start } from './app.ts'
import { DecoratedModule, hold } from './decorated.ts'

describe.each(platforms)('decorators on %s', (platform) => {
  let running: Running
  let held: { resolve(): void }
  afterEach(() => running.close())

  async function app(): Promise<Running> {
    held = hold()
    running = await start(DecoratedModule, platform)
    return running
  }

  it('shares the counters of a named limit between all who name it, and limits nobody else', async () => {
    const { statuses } = await app()
    expect(await statuses('/named/a', 2)).toEqual([200, 200])
    expect(await statuses('/named/b', 2)).toEqual([200, 429])
    expect(await statuses('/named/free', 5)).toEqual([200, 200, 200, 200, 200])
  })

  it('gives a class counters of its own for all its handlers, and a handler its own in place of them', async () => {
    const { statuses } = await app()
    expect(await statuses('/inline/a', 1)).toEqual([200])
    expect(await statuses('/inline/b', 2)).toEqual([200, 429])
    expect(await statuses('/inline/own', 2)).toEqual([200, 429])
  })

  it('tells classes of one name apart, and handlers that are inherited', async () => {
    const { statuses } = await app()
    for (const path of ['/same-a', '/same-b', '/first', '/second']) expect(await statuses(path, 2)).toEqual([200, 429])
  })

  it('charges no limit for a request that another refuses', async () => {
    const { statuses, get, app: nest } = await app()
    expect(await statuses('/several/closed', 5)).toEqual([429, 429, 429, 429, 429])
    expect(await statuses('/several/api', 1)).toEqual([200])
    const busy = get('/several/busy')
    await expect.poll(() => nest.get(Spillway).concurrencyLimit('single').snapshot().inflight).toBe(1)
    expect(await statuses('/several/busy', 3)).toEqual([503, 503, 503])
    held.resolve()
    expect((await busy).status).toBe(200)
    expect(await statuses('/several/api', 2)).toEqual([200, 429])
  })

  it('names every quota in the headers of an answer, and the one that is used up in those of a refusal', async () => {
    const { get } = await app()
    const { headers } = await get('/several/open')
    expect(headers.get('ratelimit-policy')).toBe('"api";q=3;w=3600, "slow";q=5;w=3600')
    expect(headers.get('ratelimit')).toMatch(/^"api";r=2;t=\d+, "slow";r=4;t=\d+$/)
    const refused = await get('/several/closed')
    expect(refused.headers.get('ratelimit-policy')).toContain('"closed"')
    expect(await refused.json()).toMatchObject({ 'violated-policies': ['closed'] })
  })

  it('skips everything, or what is named', async () => {
    const { statuses } = await app()
    expect(await statuses('/skips/all', 1)).toEqual([200])
    expect(await statuses('/skips/closed', 1)).toEqual([200])
    expect(await statuses('/skips/other', 1)).toEqual([429])
    expect(await statuses('/skipped/free', 1)).toEqual([200])
    expect(await statuses('/skipped/own', 2)).toEqual([200, 429])
  })

  it('charges what the decorator says, and one where that is nonsense', async () => {
    const { statuses, get } = await app()
    expect(await statuses('/cost/two', 2)).toEqual([200, 429])
    expect(await statuses('/cost/one', 2)).toEqual([200, 429])
    const costs = async (cost: string): Promise<number> =>
      (await get('/cost/header', { headers: { 'x-cost': cost } })).status
    expect([await costs('3'), await costs('2'), await costs('nonsense'), await costs('1')]).toEqual([
      200, 429, 200, 429,
    ])
  })

  it('lets handlers throw exceptions of their own, or only look', async () => {
    const { get } = await app()
    const thrown = await get('/handled/throws')
    expect([thrown.status, await thrown.json()]).toMatchObject([400, { message: 'in my words' }])
    const looked = await get('/handled/looks')
    expect([looked.status, await looked.json()]).toMatchObject([429, { status: 429 }])
    const text = await get('/handled/text')
    expect([text.status, await text.json()]).toMatchObject([429, { message: 'in text' }])
  })

  it('loses no place when a later guard denies', async () => {
    const { statuses, app: nest } = await app()
    expect(await statuses('/handled/denied', 3)).toEqual([403, 403, 403])
    expect(nest.get(Spillway).concurrencyLimit('single').snapshot().inflight).toBe(0)
  })

  it('leaves the answer to a filter of the user, with the headers set', async () => {
    const { get } = await app()
    await get('/filtered')
    const answer = await get('/filtered')
    expect([answer.status, await answer.json()]).toMatchObject([418, { mine: 'rate' }])
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(answer.headers.get('ratelimit')).toContain('r=0')
  })

  it('refuses requests with a body, and puts quotas where it is told', async () => {
    const { get } = await app()
    const body = JSON.stringify({ large: 'x'.repeat(10_000) })
    const refused = await get('/body', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      429,
      expect.stringMatching(/^application\/problem\+json/),
    ])
    expect(await (await get('/body/quota')).text()).toBe('4')
  })
})

describe('decorators that make no sense', () => {
  it.each([
    ['an unknown name', RateLimit('unknown'), /"unknown" is no name in option "rateLimits", which has "api"/],
    ['an unknown place', ConcurrencyLimit('api'), /"api" is no name in option "concurrencyLimits", which has none/],
    ['a bad rate', RateLimit({ limit: -1 }), /rateLimit: option "limit"/],
    ['a bad number of places', ConcurrencyLimit(0), /concurrencyLimit: option "limit"/],
  ])('does not start an app with %s', async (_what, decorator, message) => {
    @Controller()
    class Wrong {
      @Get()
      get(): string {
        return 'never'
      }
    }
    decorator(Wrong)
    const module = moduleOf({
      imports: [SpillwayModule.forRoot({ rateLimits: { api: { limit: 1 } } })],
      controllers: [Wrong],
    })
    await expect(start(module)).rejects.toThrow(message)
  })

  it('does not accept a cost below 0', () => {
    expect(() => Cost(-1)).toThrow(RangeError)
  })
})
