/** The conformance suite's view of bare node:http: no framework, so the adapter is the policy itself. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { systemEnvironment } from '@spillway/core'
import {
  concurrencyLimitHandle,
  createConcurrencyPolicy,
  createOverloadPolicy,
  createRateLimitPolicy,
  overloadHandle,
  rateLimitHandle,
} from '@spillway/http'
import { counting, resolveControl } from '@spillway/http/conformance'
import type { Application, Countable, Harness, Reply, ResolvedControl } from '@spillway/http/conformance'
import { guardHandler, nodeReader } from '@spillway/http/node'

function createMiddleware(control: ResolvedControl<IncomingMessage>): Countable<IncomingMessage> {
  if (control.kind === 'rateLimit') {
    const policy = createRateLimitPolicy(nodeReader, systemEnvironment, control.options)
    return { policy, ...rateLimitHandle(policy, systemEnvironment.clock) }
  }
  if (control.kind === 'overloadControl') {
    const policy = createOverloadPolicy(nodeReader, systemEnvironment, control.options)
    return { policy, ...overloadHandle(policy.control) }
  }
  const policy = createConcurrencyPolicy(nodeReader, systemEnvironment, control.options)
  return { policy, ...concurrencyLimitHandle(policy) }
}

function send(res: ServerResponse, { status = 200, headers = {}, body, endTwice }: Reply): void {
  res.writeHead(status, headers)
  if (typeof body !== 'string') return void body.pipe(res)
  res.end(body)
  if (endTwice === true) res.end()
}

async function answer(application: Application, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    send(res, await application({ method: req.method ?? '', url: req.url ?? '' }))
  } catch {
    res.writeHead(500).end()
  }
}

export const nodeHarness: Harness = {
  hasHttp2: true,
  async serve({ control, application, mounts = 1, http2 = false }) {
    const middleware = createMiddleware(resolveControl(control, nodeReader))
    const counts = counting(middleware)
    const { policy } = middleware
    let listener: RequestListener = (req, res) => void answer(application, req, res)
    for (let i = 0; i < mounts; i++) listener = guardHandler(listener, policy)
    const http1 = http2 ? undefined : createServer(listener)
    const server = http1 ?? createHttp2Server(listener as never)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    return {
      port: (server.address() as AddressInfo).port,
      counts,
      ...(http1 !== undefined && { server: http1 }),
      close() {
        server.close()
        http1?.closeAllConnections()
      },
    }
  },
}
