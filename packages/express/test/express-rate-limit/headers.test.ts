/** What is on the wire, as real parsers read it. */
import { rateLimit, setDraft8Headers } from '@spillway/express/express-rate-limit'
import type { Options } from '@spillway/express/express-rate-limit'
import { ask } from '@spillway/http/conformance'
import type { Answer } from '@spillway/http/conformance'
import express from 'express'
import type { Response } from 'express'
import * as fc from 'fast-check'
import { parseRateLimit } from 'ratelimit-header-parser'
import { parseList } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import { appOf, createWorld, listen, storeOf, versions } from './support.ts'

async function answers(options: Partial<Options>, count = 1): Promise<Answer[]> {
  const port = await listen(appOf({ limit: 2, legacyHeaders: false, ...createWorld(), ...options }))
  const found: Answer[] = []
  for (let i = 0; i < count; i++) found.push(await ask(port))
  return found
}

/** The members of a list as objects: the name and its parameters. */
function members(header: string | undefined): object[] {
  return parseList(header ?? '').map(([name, parameters]) => ({ name, ...Object.fromEntries(parameters) }))
}

describe.each(versions)('%s', (_version, create) => {
  it.each<readonly [string, Partial<Options>]>([
    ['legacy', { legacyHeaders: true }],
    ['headers, its old name', { headers: true }],
    ['draft-6', { standardHeaders: 'draft-6', legacyHeaders: false }],
    ['true', { standardHeaders: true, legacyHeaders: false }],
    ['draft-7', { standardHeaders: 'draft-7', legacyHeaders: false }],
  ])('%s: is read by ratelimit-header-parser', async (_name, options) => {
    const port = await listen(appOf({ limit: 5, ...options }, create))
    await ask(port)
    const { headers } = await ask(port)
    expect(parseRateLimit(headers)).toMatchObject({ limit: 5, used: 2, remaining: 3, reset: expect.any(Date) as Date })
  })

  it('adds to the headers of a limiter before it in draft-8', async () => {
    const app = create()
    const options = { standardHeaders: 'draft-8' as const, legacyHeaders: false, keyGenerator: () => 'a' }
    app.use(rateLimit({ ...options, limit: 9, windowMs: 3_600_000 }), rateLimit({ ...options, limit: 3 }))
    app.use((_req, res) => void res.send('ok'))
    const { headers } = await ask(await listen(app))
    expect(members(headers['ratelimit'])).toEqual([
      { name: '9-in-1hr', r: 8, t: 3600 },
      { name: '3-in-1min', r: 2, t: 60 },
    ])
    expect(members(headers['ratelimit-policy'])).toMatchObject([
      { q: 9, w: 3600 },
      { q: 3, w: 60 },
    ])
  })
})

describe('headers', () => {
  it('are those of the legacy form unless other ones are asked for', async () => {
    const port = await listen(appOf({ limit: 1, ...createWorld() }))
    const [first, second] = [await ask(port), await ask(port)]
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': `${Date.UTC(2026, 0, 1, 12, 1) / 1000}`,
    })
    expect(first.headers).not.toHaveProperty('ratelimit')
    expect(first.headers).not.toHaveProperty('retry-after')
    expect(second.headers).toMatchObject({ 'retry-after': '60', 'x-ratelimit-remaining': '0' })
  })

  it('are not there when none are wanted, and then neither is Retry-After', async () => {
    const refused = (await answers({ legacyHeaders: false }, 3))[2]
    expect(refused?.status).toBe(429)
    expect(Object.keys(refused?.headers ?? {}).filter((name) => /ratelimit|retry/.test(name))).toEqual([])
  })

  it.each<readonly [string, Partial<Options>]>([
    ['an unknown draft', { standardHeaders: 'draft-99' as never, validate: false }],
    ['no draft', { standardHeaders: false }],
  ])('are none of the standard for %s', async (_name, options) => {
    const [first] = await answers(options)
    expect(first?.status).toBe(200)
    expect(first?.headers).not.toHaveProperty('ratelimit-policy')
  })

  it.each([
    [5_000, '2-in-5sec'],
    [1_500, '2-in-1.5sec'],
    [60_000, '2-in-1min'],
    [90_000, '2-in-1.5min'],
    [3_600_000, '2-in-1hr'],
    [7_200_000, '2-in-2hrs'],
    [86_400_000, '2-in-1day'],
    [172_800_000, '2-in-2days'],
  ])('name a window of %i ms %s', async (windowMs, name) => {
    const [first] = await answers({ windowMs, standardHeaders: 'draft-8' })
    expect(members(first?.headers['ratelimit'])).toMatchObject([{ name, r: 1, t: Math.ceil(windowMs / 1000) }])
  })

  it.each<readonly [string, Options['identifier'], string]>([
    ['text', 'search', 'search'],
    ['a function', (req) => `on ${req.path}`, 'on /'],
    ['a promise', async () => 'later', 'later'],
    ['text with quotes and parameters', 'a"b;q=9', 'a"b;q=9'],
    ['text with a backslash', String.raw`a\b`, String.raw`a\b`],
    ['text that would end the line', 'a\r\nSet-Cookie: b', 'aSet-Cookie: b'],
    ['text that cannot be sent', 'caf\u00e9', 'caf'],
    ['a number', 7 as never, '7'],
  ])('take %s for an identifier', async (_name, identifier, name) => {
    const [first] = await answers({ identifier, standardHeaders: 'draft-8' })
    expect(first?.status).toBe(200)
    expect(members(first?.headers['ratelimit'])).toEqual([{ name, r: 1, t: 60 }])
    expect(members(first?.headers['ratelimit-policy'])).toMatchObject([{ name, q: 2, w: 60 }])
    expect(first?.headers).not.toHaveProperty('set-cookie')
  })

  it('are a list of RFC 9651 whatever the identifier', () => {
    const written = (name: string): Record<string, string> => {
      const headers: Record<string, string> = {}
      const response = { append: (header: string, value: string) => (headers[header] = value) } as unknown as Response
      const info = { limit: 5, used: 1, remaining: 4, resetTime: undefined, key: 'k' }
      setDraft8Headers(response, info, 60_000, name, 'k')
      return headers
    }
    const names = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(names, (name) => {
        expect(members(written(name)['RateLimit'])).toMatchObject([{ r: 4, t: 60 }])
        expect(members(written(name)['RateLimit-Policy'])).toMatchObject([{ q: 5, w: 60 }])
      }),
    )
  })

  it('tell the time to the end of the window, rounded up', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ limit: 1, standardHeaders: 'draft-8', wallTime }))
    await ask(port)
    await clock.advance(20_001)
    const { headers } = await ask(port)
    expect(members(headers['ratelimit'])).toMatchObject([{ r: 0, t: 40 }])
    expect(headers['retry-after']).toBe('40')
  })

  it('tell all of the window where the store cannot tell, and no reset in the legacy form', async () => {
    let hits = 0
    const store = storeOf(() => ({ totalHits: ++hits, resetTime: undefined }))
    const refused = (await answers({ store, standardHeaders: 'draft-7', legacyHeaders: true, validate: false }, 3))[2]
    expect(refused?.headers).toMatchObject({ 'retry-after': '60', ratelimit: 'limit=2, remaining=0, reset=60' })
    expect(refused?.headers).not.toHaveProperty('x-ratelimit-reset')
  })

  it('never ask to come back at once', async () => {
    const { wallTime } = createWorld()
    const store = storeOf(() => ({ totalHits: 3, resetTime: wallTime(-5) }))
    const [refused] = await answers({ store, wallTime, standardHeaders: 'draft-6' })
    expect(refused?.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-reset': '0' })
  })

  it('stay numbers for limits that are none on the wire', async () => {
    const [first] = await answers({ limit: Infinity, standardHeaders: 'draft-6' })
    expect(first?.headers).toMatchObject({ 'ratelimit-limit': '999999999999999' })
    const [second] = await answers({ limit: 2.5, standardHeaders: 'draft-6' })
    expect(second?.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' })
  })

  it('are left out once the headers are sent', async () => {
    const app = express()
    app.use((_req, res, next) => (res.write('early'), next()))
    app.use(rateLimit({ standardHeaders: 'draft-8' }), (_req, res) => void res.end())
    expect(await ask(await listen(app))).toMatchObject({ status: 200, body: 'early' })
  })
})

describe('pk', () => {
  const pk = async (options: Partial<Options>): Promise<string> => {
    const [first] = await answers({ standardHeaders: 'draft-8', ...options })
    const [{ pk: bytes }] = members(first?.headers['ratelimit-policy']) as [{ pk: ArrayBuffer }]
    return Buffer.from(bytes).toString('latin1')
  }
  const hashOf = async (key: string): Promise<string> => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
    return Buffer.from(digest).toString('hex')
  }

  it.each(['127.0.0.1', '2001:db8::/56', '::1'])(
    'does not give the address %s away to whoever tries them all',
    async (ip) => {
      const sent = await pk({ keyGenerator: () => ip })
      const hash = await hashOf(ip)
      expect(sent).toHaveLength(12)
      expect(sent).not.toBe(hash.slice(0, 12))
      expect(Buffer.from(sent, 'latin1').toString('hex')).not.toBe(hash.slice(0, 24))
      expect(sent).toBe(await pk({ keyGenerator: () => ip }))
    },
  )

  it('is there for keys that are no text, too', async () => {
    expect(await pk({ keyGenerator: () => 7 as never })).toBe((await hashOf('7')).slice(0, 12))
  })

  it('is that of express-rate-limit for keys of the user', async () => {
    expect(await pk({ keyGenerator: () => 'user-7' })).toBe((await hashOf('user-7')).slice(0, 12))
  })

  it('is the same in all processes that share a secret, and another under another', async () => {
    const under = (partitionKeySecret: string): Promise<string> =>
      pk({ keyGenerator: () => 'user-7', partitionKeySecret })
    expect(await under('a')).toBe(await under('a'))
    expect(await under('a')).not.toBe(await under('b'))
    expect(await under('a')).not.toBe((await hashOf('user-7')).slice(0, 12))
  })
})
