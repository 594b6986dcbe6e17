/** The conformance suite's view of Hono on Node.js, in this process. */
import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { GetConnInfo } from '@spillway/hono'
import { createServerFor, serve } from '@spillway/http/conformance'
import type { Application, Harness, Reply } from '@spillway/http/conformance'
import type { Context, Hono } from 'hono'
import { createApp } from './app.ts'

function send(c: Context, { status = 200, headers = {}, body }: Reply): Response {
  const data = typeof body === 'string' ? body : (Readable.toWeb(body) as ReadableStream<Uint8Array>)
  return c.newResponse(data, status as 200, headers)
}

function harness(init: NodeHarnessInit): Harness {
  return {
    hasHttp2: true,
    lacks: init.lacks ?? {},
    async serve({ control, application, mounts = 1, http2 = false }) {
      const answer = (c: Context, request: Parameters<Application>[0]): Response | Promise<Response> => {
        const reply = application(request)
        return reply instanceof Promise ? reply.then((found) => send(c, found)) : send(c, reply)
      }
      const { app, counts } = createApp({ control, mounts, answer, getConnInfo: init.getConnInfo })
      // It takes both kinds of request, and its promise never rejects.
      const listener = getRequestListener((request, env) =>
        init.fetch(app, request, env as HttpBindings),
      ) as RequestListener
      return serve(createServerFor(listener, http2), counts)
    },
  }
}

interface NodeHarnessInit extends Pick<Harness, 'lacks'> {
  readonly getConnInfo?: GetConnInfo
  fetch(app: Hono, request: Request, env: HttpBindings): Response | Promise<Response>
}

/** As users have it. */
export const nodeHarness: Harness = harness({ fetch: (app, request, env) => app.fetch(request, env) })

// A pipelined response emits nothing when its connection dies before its turn; the Node.js way watches the socket for that.
const isDeaf = Number(process.versions.node.split('.')[0]) < 24

const addresses = new WeakMap<Request, string | undefined>()

/** As if it were a runtime that has nothing but the Fetch API. */
export const fetchHarness: Harness = harness({
  ...(isDeaf && {
    lacks: { disconnects: 'before 24 the signal of a pipelined request says nothing when the client leaves' },
  }),
  getConnInfo: (c) => ({ remote: { address: addresses.get(c.req.raw) } }),
  fetch(app, request, { incoming }) {
    addresses.set(request, incoming.socket.remoteAddress)
    return app.fetch(request)
  },
})
