/** The conformance suite's view of Express: the same for 4 and 5. */
import { concurrencyLimit, expressReader, overloadControl, rateLimit } from '@spillway/express'
import type { RefusalHandler } from '@spillway/express'
import type { RefusalError } from '@spillway/http'
import { counting, createServerFor, resolveControl, serve } from '@spillway/http/conformance'
import type { Application, Countable, Harness, Reply, ResolvedControl } from '@spillway/http/conformance'
import express from 'express'
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express'
import express4 from 'express4'

function createMiddleware(control: ResolvedControl<Request>): Countable<Request> & RequestHandler {
  const handling = control.handled === true ? { handler } : {}
  if (control.kind === 'rateLimit') return rateLimit({ ...control.options, ...handling })
  if (control.kind === 'overloadControl') return overloadControl({ ...control.options, ...handling })
  return concurrencyLimit({ ...control.options, ...handling })
}

const handler: RefusalHandler = (_req, res, _next, { rejection }) => res.send(`handled: ${rejection.reason}`)

function send(res: Response, { status = 200, headers = {}, body, endTwice }: Reply): void {
  res.status(status).set(headers)
  if (typeof body !== 'string') return void body.pipe(res)
  res.send(body)
  if (endTwice === true) res.end()
}

/** Express 4 does not look at promises, so rejections are passed on by hand, as its users do. */
async function sendLater(res: Response, reply: Promise<Reply>, next: NextFunction): Promise<void> {
  try {
    send(res, await reply)
  } catch (error) {
    next(error)
  }
}

function toRoute(application: Application): RequestHandler {
  return (req, res, next) => {
    const reply = application({ method: req.method, url: req.originalUrl, remaining: req.rateLimit?.remaining })
    if (reply instanceof Promise) void sendLater(res, reply, next)
    else send(res, reply)
  }
}

// Express knows it by its four parameters; without it the stack would be printed.
const onError: ErrorRequestHandler = ({ status = 500, headers = {} }: Partial<RefusalError>, _req, res, _next) =>
  void res.status(status).set(headers).end()

function harness(create: () => express.Express): Harness {
  return {
    async serve({ control, application, mounts = 1 }) {
      const middleware = createMiddleware(resolveControl(control, expressReader))
      const counts = counting(middleware)
      const app = create()
      for (let i = 0; i < mounts; i++) app.use(middleware)
      app.use(toRoute(application), onError)
      if ('trustProxy' in control.options) app.set('trust proxy', true) // the option goes before the setting
      return serve(createServerFor(app), counts)
    },
  }
}

/** Both versions that the adapter is for. */
export const harnesses: Readonly<Record<string, Harness>> = {
  'Express 5': harness(express),
  'Express 4': harness(express4),
}
