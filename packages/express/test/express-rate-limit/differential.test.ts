/** The same requests to the real express-rate-limit and to the entry: the same answers. */
import { MemoryStore, rateLimit } from '@spillway/express/express-rate-limit'
import type { RateLimitRequestHandler } from '@spillway/express/express-rate-limit'
import { ask } from '@spillway/http/conformance'
import type { Answer } from '@spillway/http/conformance'
import express from 'express'
import { MemoryStore as TheirMemoryStore, rateLimit as theirs } from 'express-rate-limit'
import type { Options } from 'express-rate-limit'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { listen, onError, versions } from './support.ts'

type Create = (options: Partial<Options>) => RateLimitRequestHandler

/** Sends the same requests one after the other, at the same instants, and says what came of each. */
async function run(
  create: Create,
  options: Partial<Options>,
  steps: readonly Step[],
  app = express(),
): Promise<object[]> {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.UTC(2026, 0, 1, 12) })
  const limiter = create({ validate: false, ...options })
  app.set('trust proxy', 1).use(limiter)
  app.use((req, res) => void res.status(Number(req.query['status'] ?? 200)).json(req.rateLimit ?? 'skipped'))
  const port = await listen(app.use(onError))
  const found: object[] = []
  for (const { ms = 0, ip = '192.0.2.1', status = 200, reset = false } of steps) {
    vi.advanceTimersByTime(ms)
    if (reset) await (limiter.resetKey(ip) as unknown)
    const answer = await ask(port, { path: `/?status=${status}`, headers: { 'X-Forwarded-For': ip } })
    // What is taken back is taken back when the response is over, which the client hears of earlier.
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
    found.push({ ...told(answer), key: structuredClone(await limiter.getKey(ip)) })
  }
  return found
}

interface Step {
  readonly ms?: number
  readonly ip?: string
  readonly status?: number
  readonly reset?: boolean
}

function told({ status, headers, body }: Answer): object {
  const quota = Object.entries(headers).filter(([name]) => /ratelimit|retry-after/.test(name))
  return { status, body, type: headers['content-type'], ...Object.fromEntries(quota) }
}

afterEach(() => void vi.useRealTimers())

/** Some of each; keys are not addresses, for whose `pk` the two differ on purpose. */
const options: ReadonlyArray<readonly [string, Partial<Options>]> = [
  ['nothing said', {}],
  ['draft-6', { limit: 3, standardHeaders: true, legacyHeaders: false }],
  ['draft-7', { limit: 3, standardHeaders: 'draft-7' }],
  ['draft-8', { limit: 3, standardHeaders: 'draft-8', keyGenerator: (req) => `user of ${req.ip}` }],
  ['draft-8 with a name', { limit: 3, standardHeaders: 'draft-8', identifier: 'api', keyGenerator: () => 'all' }],
  ['no headers', { limit: 1, legacyHeaders: false }],
  ['a short window', { limit: 2, windowMs: 1500 }],
  ['a message as an object', { limit: 1, message: { error: 'slow down' } }],
  ['a message as a function', { limit: 1, statusCode: 420, message: async () => 'enough' }],
  ['a handler', { limit: 1, handler: (_req, res, _next, { windowMs }) => void res.status(418).send(`${windowMs}`) }],
  ['failed requests skipped', { limit: 2, skipFailedRequests: true }],
  ['successful requests skipped', { limit: 2, skipSuccessfulRequests: true }],
  ['both skipped', { limit: 2, skipFailedRequests: true, skipSuccessfulRequests: true }],
  ['some skipped', { limit: 1, skip: (req) => req.query['status'] === '404' }],
  ['a limit by request', { limit: async (req) => (req.ip === '192.0.2.1' ? 1 : 4) }],
  ['a limit of 0', { limit: 0 }],
  ['advice', { limit: 1, retryAfter: 3 }],
  ['whole IPv6 addresses', { limit: 1, ipv6Subnet: false }],
  ['IPv6 networks of 64 bits', { limit: 1, ipv6Subnet: 64 }],
]

const ips = ['192.0.2.1', '198.51.100.7', '2001:db8:1:2::3', '2001:db8:1:2::4', '2001:db8:1:3::4', '::ffff:192.0.2.1']
const step = fc.record({
  ms: fc.constantFrom(0, 0, 0, 1, 499, 500, 1000, 30_000, 60_000),
  ip: fc.constantFrom(...ips),
  status: fc.constantFrom(200, 200, 302, 404, 500),
  reset: fc.constantFrom(false, false, false, false, true),
})

describe('the entry answers as express-rate-limit does with', () => {
  it.each(options)('%s', async (_name, given) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        expect(await run(rateLimit, given, steps)).toEqual(await run(theirs, given, steps))
      }),
      { numRuns: 8 },
    )
  })

  it.each(versions)('a burst beyond the limit in %s', async (_version, create) => {
    const steps: Step[] = [{}, {}, {}, {}, { ms: 59_999 }, { ms: 1 }, {}]
    const given: Partial<Options> = { limit: 2, standardHeaders: 'draft-7' }
    const ours = await run(rateLimit, given, steps, create())
    expect(ours).toEqual(await run(theirs, given, steps, create()))
    expect(ours.map((answer) => (answer as Answer).status)).toEqual([200, 200, 429, 429, 429, 200, 200])
  })

  it("the other's memory store", async () => {
    const steps: Step[] = [{}, {}, { ip: '198.51.100.7' }, { reset: true }, { ms: 60_000 }, {}]
    const expected = await run(theirs, { limit: 1 }, steps)
    expect(await run(rateLimit, { limit: 1, store: new TheirMemoryStore() }, steps)).toEqual(expected)
    expect(await run(theirs, { limit: 1, store: new MemoryStore() }, steps)).toEqual(expected)
  })
})
