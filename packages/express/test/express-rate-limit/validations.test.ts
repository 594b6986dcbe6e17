/** Faults of configuration: reported once, with the codes that express-rate-limit has for them, and never in the way. */
import { getValidations, MemoryStore, rateLimit, ValidationError } from '@spillway/express/express-rate-limit'
import type { Options } from '@spillway/express/express-rate-limit'
import { ask } from '@spillway/http/conformance'
import express from 'express'
import type { Express } from 'express'
import { describe, expect, it } from 'vitest'
import { createLogger, listen, statuses, storeOf, versions } from './support.ts'

interface Case {
  readonly options?: Partial<Options> & Record<string, unknown>
  readonly app?: (app: Express) => unknown
  readonly headers?: Record<string, string>
}

const answer = (totalHits: number, resetTime?: Date) => storeOf(() => ({ totalHits, resetTime }))

/** Codes, and what each is reported for. */
const faults: ReadonlyArray<readonly [string, Case]> = [
  ['ERR_ERL_PERMISSIVE_TRUST_PROXY', { app: (app) => app.set('trust proxy', true) }],
  ['ERR_ERL_UNEXPECTED_X_FORWARDED_FOR', { headers: { 'X-Forwarded-For': '192.0.2.1' } }],
  ['ERR_ERL_FORWARDED_HEADER', { headers: { Forwarded: 'for=192.0.2.1' } }],
  [
    'ERR_ERL_INVALID_IP_ADDRESS',
    { app: (app) => app.set('trust proxy', 1), headers: { 'X-Forwarded-For': '192.0.2.1:4711' } },
  ],
  ['ERR_ERL_INVALID_HITS', { options: { store: answer(0) } }],
  ['ERR_ERL_INVALID_HITS', { options: { store: answer(1.5) } }],
  ['WRN_ERL_MAX_ZERO', { options: { limit: 0 } }],
  ['WRN_ERL_DEPRECATED_DRAFT_POLLI_HEADERS', { options: { draft_polli_ratelimit_headers: true } }],
  ['WRN_ERL_DEPRECATED_ON_LIMIT_REACHED', { options: { onLimitReached: () => {} } }],
  ['ERR_ERL_HEADERS_UNSUPPORTED_DRAFT_VERSION', { options: { standardHeaders: 'draft-2' as never } }],
  ['ERR_ERL_HEADERS_NO_RESET', { options: { store: answer(1), standardHeaders: 'draft-7' } }],
  ['ERR_ERL_UNKNOWN_OPTION', { options: { windowSeconds: 1 } }],
  ['ERR_ERL_UNKNOWN_VALIDATION', { options: { validate: { everything: false } as never } }],
  ['ERR_ERL_IPV6_SUBNET', { options: { ipv6Subnet: 128 } }],
  ['ERR_ERL_IPV6SUBNET_OR_KEYGENERATOR', { options: { ipv6Subnet: 64, keyGenerator: () => 'a' } }],
  ['ERR_ERL_KEY_GEN_IPV6', { options: { keyGenerator: (req) => req.ip as string } }],
  ['ERR_ERL_WINDOW_MS', { options: { windowMs: 30 * 86_400_000 } }],
]

async function reports({ options = {}, app: change, headers = {} }: Case, create: () => Express = express) {
  const logger = createLogger()
  const app = create()
  change?.(app)
  app.use(rateLimit({ logger, ...options }), (_req, res) => void res.send('ok'))
  const port = await listen(app)
  for (let i = 0; i < 2; i++) await ask(port, { headers })
  return [...logger.errors, ...logger.warnings] as ValidationError[]
}

describe.each(versions)('%s: a fault', (_version, create) => {
  it.each(faults)('is reported once: %s', async (code, found) => {
    const errors = await reports(found, create)
    expect(errors.map((error) => error.code).filter((each) => each === code)).toEqual([code])
    expect(errors[0]).toBeInstanceOf(ValidationError)
    expect(errors[0]?.message).toMatch(/^rateLimit: .+\(\w+\)$/)
  })

  it.each(faults)('is not reported without validate: %s', async (code, found) => {
    if (code === 'ERR_ERL_UNKNOWN_VALIDATION') return
    expect(await reports({ ...found, options: { ...found.options, validate: false } }, create)).toEqual([])
  })

  it('is a limiter that is made in a handler', async () => {
    const logger = createLogger()
    const app = create().get('/', (req, res, next) => void rateLimit({ logger })(req, res, next))
    app.use((_req, res) => void res.send('ok'))
    expect(await statuses(await listen(app), ['/'])).toEqual([200])
    expect(logger.errors).toMatchObject([{ code: 'ERR_ERL_CREATED_IN_REQUEST_HANDLER' }])
  })

  it('is a limiter that is mounted twice', async () => {
    const logger = createLogger()
    const limiter = rateLimit({ logger })
    const app = create().use(limiter, limiter, (_req, res) => void res.send('ok'))
    expect(await statuses(await listen(app), ['/', '/'])).toEqual([200, 200])
    expect(logger.errors).toMatchObject([{ code: 'ERR_ERL_DOUBLE_COUNT' }])
  })
})

describe('a fault', () => {
  it('is a store of two limiters', () => {
    const logger = createLogger()
    const store = new MemoryStore()
    rateLimit({ logger, store })
    rateLimit({ logger, store })
    expect(logger.errors).toMatchObject([{ code: 'ERR_ERL_STORE_REUSE' }])
    store.shutdown()
  })

  it('is a warning of the process where there is no logger, once for all limiters', async () => {
    const warnings: Error[] = []
    const listener = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listener)
    for (let i = 0; i < 3; i++) rateLimit({ max: 0, notAnOption: true } as Partial<Options>)
    await new Promise<void>((resolve) => setImmediate(resolve))
    process.off('warning', listener)
    expect(warnings.filter((warning) => (warning as ValidationError).code === 'ERR_ERL_UNKNOWN_OPTION')).toHaveLength(1)
  })

  it('can be switched off by name, or on alone', async () => {
    const options = { limit: 0, windowSeconds: 1 }
    const codes = async (validate: Options['validate']): Promise<string[]> =>
      (await reports({ options: { ...options, validate } })).map(({ code }) => code)
    expect(await codes({ limit: false })).toEqual(['ERR_ERL_UNKNOWN_OPTION'])
    expect(await codes({ default: false, limit: true })).toEqual(['WRN_ERL_MAX_ZERO'])
  })

  it('never fails a request, even where a check does not understand what it looks at', () => {
    const logger = createLogger()
    const validations = getValidations(true, logger)
    expect(() => validations.trustProxy({} as never)).not.toThrow()
    expect(logger.errors).toEqual([])
  })
})

describe('no fault', () => {
  it.each<readonly [string, Case]>([
    ['defaults', {}],
    [
      'a proxy that is trusted',
      { app: (app) => app.set('trust proxy', 1), headers: { 'X-Forwarded-For': '192.0.2.1' } },
    ],
    ['a keyGenerator that uses ipKeyGenerator', { options: { keyGenerator: (req) => `${req.ip}ipKeyGenerator` } }],
    ['a draft', { options: { standardHeaders: 'draft-8' } }],
    ['a store of numbers', { options: { store: answer(1, new Date(0)) } }],
    ['options of express-slow-down', { options: { delayAfter: 1, delayMs: 1, maxDelayMs: 1 } }],
  ])('is in %s', async (_name, found) => {
    expect(await reports(found)).toEqual([])
  })
})
