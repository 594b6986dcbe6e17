/** The conformance suite's view of bare servers: middleware in front of a handler, and a server that is protected itself. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { OverloadControlOptions, RefusalError } from '@spillway/http'
import { counting, createServerFor, resolveControl, serve } from '@spillway/http/conformance'
import type { Application, Countable, Harness, Reply, ResolvedControl } from '@spillway/http/conformance'
import { nodeReader } from '@spillway/http/node'
import { concurrencyLimit, overloadControl, protectServer, rateLimit } from '@spillway/node'
import type { NodeMiddleware, ProtectableServer, RefusalHandler } from '@spillway/node'

const handler: RefusalHandler = (_req, res, _next, { rejection }) => res.end(`handled: ${rejection.reason}`)

function createMiddleware(control: ResolvedControl<IncomingMessage>): Countable<IncomingMessage> & NodeMiddleware {
  const handling = control.handled === true ? { handler } : {}
  if (control.kind === 'rateLimit') return rateLimit({ ...control.options, ...handling })
  if (control.kind === 'overloadControl') return overloadControl({ ...control.options, ...handling })
  return concurrencyLimit({ ...control.options, ...handling })
}

function send(res: ServerResponse, { status = 200, headers = {}, body, endTwice }: Reply): void {
  res.writeHead(status, headers)
  if (typeof body !== 'string') return void body.pipe(res)
  res.end(body)
  if (endTwice === true) res.end()
}

async function answer(application: Application, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const remaining = req.rateLimit?.remaining
    send(res, await application({ method: req.method ?? '', url: req.url ?? '', remaining }))
  } catch (error) {
    fail(error, res)
  }
}

function fail(error: unknown, res: ServerResponse): void {
  const { status = 500, headers = {} } = error as Partial<RefusalError>
  res.writeHead(status, headers).end()
}

function mounted(listener: RequestListener, middleware: NodeMiddleware, mounts: number): RequestListener {
  let result = listener
  for (let i = 0; i < mounts; i++) {
    const inner = result
    result = (req, res) => middleware(req, res, (error) => (error === undefined ? inner(req, res) : fail(error, res)))
  }
  return result
}

/** What stands in front of the application: middleware, or nothing, where the server itself is the control. */
interface Front {
  readonly listener: RequestListener
  readonly protect?: (server: ProtectableServer) => Countable<IncomingMessage>
  readonly countable?: Countable<IncomingMessage>
}

function frontOf(setup: Parameters<Harness['serve']>[0], isServerLevel: boolean): Front {
  const { application, mounts = 1 } = setup
  const control = resolveControl(setup.control, nodeReader)
  const bare: RequestListener = (req, res) => void answer(application, req, res)
  const { mode } = control.options as OverloadControlOptions<IncomingMessage>
  // In front of a server nobody answers in a framework's place.
  if (isServerLevel && control.kind === 'overloadControl' && control.handled !== true && mode !== 'error') {
    return { listener: bare, protect: (server) => protectServer(server, control.options) }
  }
  const countable = createMiddleware(control)
  const listener = mounted(bare, countable, mounts)
  // It refuses nobody here, and must be in nobody's way.
  const transparent = { enforceRatio: 0, signals: [] }
  if (!isServerLevel) return { listener, countable }
  return { listener, countable, protect: (server) => protectServer(server, transparent) }
}

function harness(isServerLevel: boolean): Harness {
  return {
    hasHttp2: true,
    async serve(setup) {
      const front = frontOf(setup, isServerLevel)
      const server = createServerFor(front.listener, setup.http2)
      const protection = front.protect?.(server)
      const counts = counting((front.countable ?? protection) as Countable<IncomingMessage>)
      return serve(server, counts)
    },
  }
}

export const harnesses: Readonly<Record<string, Harness>> = {
  'node:http': harness(false),
  'protectServer on node:http': harness(true),
}
