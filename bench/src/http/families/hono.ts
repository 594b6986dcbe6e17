/** Hono on Node.js: bare, with a limit that is never hit, and refusing everything. */
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { overloadControl, rateLimit } from '@spillway/hono'
import { Hono, type MiddlewareHandler } from 'hono'
import { rateLimiter } from 'hono-rate-limiter'
import { never, windowMs, type Family, type Variant } from './family.ts'

/** Hono behind at most one middleware. */
function app(middleware?: () => MiddlewareHandler): Variant {
  return async () => {
    const hono = new Hono()
    if (middleware !== undefined) hono.use(middleware())
    hono.get('/', (c) => c.text('Hello World!'))
    const listener = getRequestListener(hono.fetch)
    return (request, response) => void listener(request, response)
  }
}

function honoRateLimiter(limit: number): MiddlewareHandler {
  const keyGenerator = (c: Parameters<typeof getConnInfo>[0]): string => getConnInfo(c).remote.address ?? ''
  return rateLimiter({ limit, windowMs, keyGenerator })
}

export const honoFamily: Family = {
  name: 'hono',
  bare: app(),
  variants: {
    '+ spillway overloadControl': app(() => overloadControl()),
    '+ spillway rateLimit': app(() => rateLimit({ limit: never, windowMs, getConnInfo })),
    '+ hono-rate-limiter': app(() => honoRateLimiter(never)),
    'refusing: spillway': app(() => rateLimit({ limit: 0, windowMs, getConnInfo })),
    'refusing: hono-rate-limiter': app(() => honoRateLimiter(0)),
  },
  rivals: [
    { ours: '+ spillway rateLimit', theirs: '+ hono-rate-limiter' },
    { ours: 'refusing: spillway', theirs: 'refusing: hono-rate-limiter' },
  ],
}
