/** The conformance suite's view of bare node:http: no framework, so the adapter is the policy itself. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { systemEnvironment } from '@spillway/core'
import { createConcurrencyPolicy, createOverloadPolicy, createRateLimitPolicy } from '@spillway/http'
import type { Application, Control, Harness, Reply } from '@spillway/http/conformance'
import { guardHandler, nodeReader } from '@spillway/http/node'

function createPolicy(control: Control<IncomingMessage>) {
  if (control.kind === 'rateLimit') {
    const policy = createRateLimitPolicy(nodeReader, systemEnvironment, control.options)
    return { policy, inflight: () => 0, waiting: () => 0 }
  }
  if (control.kind === 'overloadControl') {
    const policy = createOverloadPolicy(nodeReader, systemEnvironment, control.options)
    return {
      policy,
      inflight: () => policy.control.snapshot().inflight,
      waiting: () => policy.control.snapshot().waiting,
    }
  }
  const policy = createConcurrencyPolicy(nodeReader, systemEnvironment, control.options)
  return { policy, inflight: () => policy.limiter.inflight, waiting: () => policy.waiting() }
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

export const nodeHarness: Harness<IncomingMessage> = {
  reader: nodeReader,
  hasHttp2: true,
  async serve({ control, application, mounts = 1, http2 = false }) {
    const { policy, inflight, waiting } = createPolicy(control)
    let listener: RequestListener = (req, res) => void answer(application, req, res)
    for (let i = 0; i < mounts; i++) listener = guardHandler(listener, policy)
    const http1 = http2 ? undefined : createServer(listener)
    const server = http1 ?? createHttp2Server(listener as never)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    return {
      port: (server.address() as AddressInfo).port,
      inflight,
      waiting,
      ...(http1 !== undefined && { server: http1 }),
      close() {
        server.close()
        http1?.closeAllConnections()
      },
    }
  },
}
