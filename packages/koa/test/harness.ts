/** The conformance suite's view of Koa: the same for 2 and 3. */
import type { RequestListener } from 'node:http'
import { counting, createServerFor, resolveControl, serve } from '@spillway/http/conformance'
import type { Application, Countable, Harness, Reply, ResolvedControl } from '@spillway/http/conformance'
import { concurrencyLimit, koaReader, overloadControl, rateLimit } from '@spillway/koa'
import type { RefusalHandler } from '@spillway/koa'
import Koa, { type Context, type Middleware } from 'koa'
import Koa2 from 'koa2'

function createMiddleware(control: ResolvedControl<Context>): Countable<Context> & Middleware {
  const handling = control.handled === true ? { handler } : {}
  if (control.kind === 'rateLimit') return rateLimit({ ...control.options, ...handling })
  if (control.kind === 'overloadControl') return overloadControl({ ...control.options, ...handling })
  return concurrencyLimit({ ...control.options, ...handling })
}

const handler: RefusalHandler = (ctx, _next, { rejection }) => {
  ctx.body = `handled: ${rejection.reason}`
}

function send(ctx: Context, { status = 200, headers = {}, body, endTwice }: Reply): void {
  ctx.status = status
  ctx.set({ ...headers })
  if (endTwice !== true) return void (ctx.body = body)
  // Koa ends a response once; who tells it to keep out may do what he likes.
  ctx.respond = false
  ctx.res.end(body)
  ctx.res.end()
}

function toRoute(application: Application): Middleware {
  return async (ctx) => {
    const { method, originalUrl: url, state } = ctx
    send(ctx, await application({ method, url, remaining: state.rateLimit?.remaining }))
  }
}

function harness(create: new () => Koa): Harness {
  return {
    hasHttp2: true,
    async serve({ control, application, mounts = 1, http2 = false }) {
      const middleware = createMiddleware(resolveControl(control, koaReader))
      const counts = counting(middleware)
      const app = new create()
      app.silent = true // the suite's applications fail on purpose
      for (let i = 0; i < mounts; i++) app.use(middleware)
      app.use(toRoute(application))
      if ('trustProxy' in control.options) app.proxy = true // the option goes before the setting
      const callback = app.callback()
      const listener: RequestListener = (req, res) => void callback(req, res)
      return serve(createServerFor(listener, http2), counts)
    },
  }
}

/** Both versions that the adapter is for. */
export const harnesses: Readonly<Record<string, Harness>> = {
  'Koa 3': harness(Koa),
  'Koa 2': harness(Koa2),
}
