/** The Express servers whose requests are priced: bare, with a limit that is never hit, and refusing everything. */
import express, { type Express, type RequestHandler } from 'express'
import type { RequestListener } from 'node:http'

/** A million years' worth of requests: a limit that is looked up for each request and never reached. */
const never = 1_000_000_000
const windowMs = 60_000

export type Variant = () => Promise<RequestListener>

function hello(app: Express): Express {
  app.disable('x-powered-by')
  return app.get('/', (_request, response) => void response.send('Hello World!'))
}

/** Express behind one middleware. */
function inside(middleware: () => Promise<RequestHandler>): Variant {
  return async () => hello(express().use(await middleware()))
}

/** A middleware of ours; looked up by name, so that the peers can be measured where ours does not build. */
async function ours(name: string, options?: object): Promise<RequestHandler> {
  const make: unknown = Reflect.get(await import('@spillway/express'), name)
  if (typeof make !== 'function') throw new Error(`@spillway/express does not export ${name}`)
  const made: unknown = Reflect.apply(make, undefined, options === undefined ? [] : [options])
  if (!isHandler(made)) throw new TypeError(`${name}() is no middleware`)
  return made
}

function isHandler(value: unknown): value is RequestHandler & RequestListener {
  return typeof value === 'function'
}

async function inFront(name: string): Promise<RequestListener> {
  const protect: unknown = Reflect.get(await import('@spillway/express'), name)
  if (typeof protect !== 'function') throw new Error(`@spillway/express does not export ${name}`)
  const made: unknown = Reflect.apply(protect, undefined, [hello(express())])
  if (!isHandler(made)) throw new TypeError(`${name}() is no listener`)
  return made
}

/** What `rateLimit` needs to run before Express has dressed the request: nothing but the raw request and response. */
async function rateLimitInFront(): Promise<RequestListener> {
  const app = hello(express())
  const limit: unknown = await ours('rateLimit', { limit: 0, windowMs })
  if (!isHandler(limit)) throw new TypeError('rateLimit() is no middleware')
  return (request, response) => {
    Reflect.apply(limit, undefined, [request, response, () => app(request, response)])
  }
}

async function expressRateLimit(limit: number): Promise<RequestHandler> {
  const { rateLimit } = await import('express-rate-limit')
  // Its validation has nothing to say here but that a limit of 0 once meant something else.
  return rateLimit({ limit, windowMs, validate: false })
}

async function rateLimiterFlexible(): Promise<RequestHandler> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible')
  const limiter = new RateLimiterMemory({ points: never, duration: windowMs / 1000 })
  return async (request, response, next) => {
    try {
      await limiter.consume(request.ip ?? '')
    } catch {
      response.status(429).send('Too Many Requests')
      return
    }
    next()
  }
}

/** The cheapest refusal that can be written as a middleware: what Express leaves to be won. */
const plainRefusal: RequestHandler = (_request, response) => {
  response.statusCode = 503
  response.end()
}

export const variants: Readonly<Record<string, Variant>> = {
  express: async () => hello(express()),
  'express (A/A)': async () => hello(express()),
  'node:http': async () => (_request, response) => void response.end('Hello World!'),
  '+ spillway overloadControl': inside(() => ours('overloadControl')),
  '+ spillway rateLimit': inside(() => ours('rateLimit', { limit: never, windowMs })),
  'behind spillway protect': () => inFront('protect'),
  '+ express-rate-limit': inside(() => expressRateLimit(never)),
  '+ rate-limiter-flexible': inside(rateLimiterFlexible),
  'refusing: plain middleware': inside(async () => plainRefusal),
  'refusing: spillway inside': inside(() => ours('rateLimit', { limit: 0, windowMs })),
  'refusing: spillway in front': rateLimitInFront,
  'refusing: express-rate-limit': inside(() => expressRateLimit(0)),
}

/** What everything is compared to. */
export const bare = 'express'

/** Finds a variant. Throws a RangeError that lists the names. */
export function findVariant(name: string): Variant {
  const found = variants[name]
  if (found !== undefined) return found
  throw new RangeError(`http: unknown variant "${name}"; known are ${Object.keys(variants).join(', ')}`)
}
