/** Express: bare, with a limit that is never hit, refusing everything, and what stands in front of it. */
import { overloadControl, protect, rateLimit } from '@spillway/express'
import { protectServer } from '@spillway/node'
import express, { type Express, type RequestHandler } from 'express'
import { createServer, type RequestListener, type Server } from 'node:http'
import { never, windowMs, type Family, type Variant } from './family.ts'

function hello(app: Express): Express {
  app.disable('x-powered-by')
  return app.get('/', (_request, response) => void response.send('Hello World!'))
}

/** Express behind one middleware. */
function inside(middleware: () => RequestHandler | Promise<RequestHandler>): Variant {
  return async () => hello(express().use(await middleware()))
}

/** What `rateLimit` needs to run before Express has dressed the request: nothing but the raw request and response. */
async function rateLimitInFront(): Promise<RequestListener> {
  const app = hello(express())
  const limit: unknown = rateLimit({ limit: 0, windowMs })
  return (request, response) => {
    Reflect.apply(limit as RequestListener, undefined, [request, response, () => app(request, response)])
  }
}

/** The whole server protected; refusing everything, or nothing. */
async function protectedServer(refuses: boolean): Promise<Server> {
  const server = createServer(hello(express()))
  const { policy } = protectServer(server)
  if (refuses) policy.control.drain()
  return server
}

function refusingControl(): RequestHandler {
  const control = overloadControl()
  control.drain()
  return control
}

async function expressRateLimit(limit: number): Promise<RequestHandler> {
  const peer = await import('express-rate-limit')
  // Its validation has nothing to say here but that a limit of 0 once meant something else.
  return peer.rateLimit({ limit, windowMs, validate: false })
}

async function rateLimiterFlexible(points: number): Promise<RequestHandler> {
  const { RateLimiterMemory } = await import('rate-limiter-flexible')
  const limiter = new RateLimiterMemory({ points, duration: windowMs / 1000 })
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

export const expressFamily: Family = {
  name: 'express',
  bare: async () => hello(express()),
  variants: {
    'itself (A/A)': async () => hello(express()),
    'node:http': async () => (_request, response) => void response.end('Hello World!'),
    '+ spillway overloadControl': inside(() => overloadControl()),
    '+ spillway rateLimit': inside(() => rateLimit({ limit: never, windowMs })),
    '+ spillway rateLimit without headers': inside(() => rateLimit({ limit: never, windowMs, standardHeaders: false })),
    'behind spillway protect': async () => protect(hello(express())),
    'behind spillway protectServer': () => protectedServer(false),
    '+ express-rate-limit': inside(() => expressRateLimit(never)),
    '+ rate-limiter-flexible': inside(() => rateLimiterFlexible(never)),
    'refusing: plain middleware': inside(() => plainRefusal),
    'refusing: spillway': inside(() => rateLimit({ limit: 0, windowMs })),
    'refusing: spillway in front': rateLimitInFront,
    'refusing: spillway overloadControl': inside(refusingControl),
    'refusing: spillway protectServer in front': () => protectedServer(true),
    'refusing: express-rate-limit': inside(() => expressRateLimit(0)),
    'refusing: rate-limiter-flexible': inside(() => rateLimiterFlexible(0)),
  },
  rivals: [
    { ours: '+ spillway rateLimit', theirs: '+ express-rate-limit' },
    { ours: '+ spillway rateLimit without headers', theirs: '+ rate-limiter-flexible' },
    { ours: 'refusing: spillway', theirs: 'refusing: express-rate-limit' },
    { ours: 'refusing: spillway', theirs: 'refusing: rate-limiter-flexible' },
  ],
}
