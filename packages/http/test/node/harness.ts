/** The conformance suite's view of bare node:http: no framework, so the adapter is the policy itself. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { systemEnvironment } from '@spillway/core'
import {
  concurrencyLimitHandle,
  createConcurrencyPolicy,
  createOverloadPolicy,
  createRateLimitPolicy,
  exposingQuota,
  overloadHandle,
  rateLimitHandle,
} from '@spillway/http'
import type { RateLimitInfo, RefusalError } from '@spillway/http'
import { counting, createServerFor, resolveControl, serve } from '@spillway/http/conformance'
import type { Application, Countable, Harness, Reply, ResolvedControl, Setup } from '@spillway/http/conformance'
import { createNodeGuard, nodeReader, refuseWith } from '@spillway/http/node'

/** Where the quota is found on a request, as there is no framework that has a place for it. */
const quotas = new WeakMap<IncomingMessage, RateLimitInfo>()

function createMiddleware(control: ResolvedControl<IncomingMessage>): Countable<IncomingMessage> {
  if (control.kind === 'rateLimit') {
    const exposure = { expose: quotas.set.bind(quotas), refused: false }
    const policy = exposingQuota(createRateLimitPolicy(nodeReader, systemEnvironment, control.options), exposure)
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
    const remaining = quotas.get(req)?.remaining
    send(res, await application({ method: req.method ?? '', url: req.url ?? '', remaining }))
  } catch (error) {
    fail(error, res)
  }
}

function fail(error: unknown, res: ServerResponse): void {
  const { status = 500, headers = {} } = error as Partial<RefusalError>
  res.writeHead(status, headers).end()
}

const handler = refuseWith<IncomingMessage>(({ res, rejection }) => res.end(`handled: ${rejection.reason}`))

/** In front of a listener, `times` times; refusals go where the case wants them. */
function guarded(listener: RequestListener, { policy }: Countable<IncomingMessage>, setup: Setup): RequestListener {
  const { control, mounts = 1 } = setup
  const guard = createNodeGuard(policy, control.handled === true ? handler : undefined)
  const once = (inner: RequestListener): RequestListener => {
    return (req, res) => guard(req, res, (error) => (error === undefined ? inner(req, res) : fail(error, res)))
  }
  let result = listener
  for (let i = 0; i < mounts; i++) result = once(result)
  return result
}

export const nodeHarness: Harness = {
  hasHttp2: true,
  async serve(setup) {
    const { control, application, http2 = false } = setup
    const middleware = createMiddleware(resolveControl(control, nodeReader))
    const counts = counting(middleware)
    const listener = guarded((req, res) => void answer(application, req, res), middleware, setup)
    return serve(createServerFor(listener, http2), counts)
  },
}
