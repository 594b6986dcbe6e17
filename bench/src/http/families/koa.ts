/** Koa: bare, with a limit that is never hit, and refusing everything. */
import { overloadControl, rateLimit } from '@spillway/koa'
import Koa, { type Middleware } from 'koa'
import ratelimit from 'koa-ratelimit'
import { never, windowMs, type Family, type Variant } from './family.ts'

/** Koa behind at most one middleware. */
function app(middleware?: () => Middleware): Variant {
  return async () => {
    const koa = new Koa()
    if (middleware !== undefined) koa.use(middleware())
    koa.use((ctx) => {
      ctx.body = 'Hello World!'
    })
    const listener = koa.callback()
    return (request, response) => void listener(request, response)
  }
}

function koaRatelimit(max: number): Middleware {
  return ratelimit({ driver: 'memory', db: new Map(), duration: windowMs, max })
}

export const koaFamily: Family = {
  name: 'koa',
  bare: app(),
  variants: {
    '+ spillway overloadControl': app(() => overloadControl()),
    '+ spillway rateLimit': app(() => rateLimit({ limit: never, windowMs })),
    '+ koa-ratelimit': app(() => koaRatelimit(never)),
    'refusing: spillway': app(() => rateLimit({ limit: 0, windowMs })),
    'refusing: koa-ratelimit': app(() => koaRatelimit(0)),
  },
  rivals: [
    { ours: '+ spillway rateLimit', theirs: '+ koa-ratelimit' },
    { ours: 'refusing: spillway', theirs: 'refusing: koa-ratelimit' },
  ],
}
