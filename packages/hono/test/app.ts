/** The application of the conformance suite in Hono, the same on every runtime. */
import type { Environment } from '@spillway/core'
import { concurrencyLimit, honoReader, overloadControl, rateLimit } from '@spillway/hono'
import type { GetConnInfo, RefusalHandler } from '@spillway/hono'
import { counting, resolveControl } from '@spillway/http/conformance'
import type { ApplicationRequest, Control, Countable, Counts, ResolvedControl } from '@spillway/http/conformance'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'

/** One case. */
export interface AppInit {
  readonly control: Control
  readonly mounts: number
  /** Answers what gets through. */
  readonly answer: (c: Context, request: ApplicationRequest) => Response | Promise<Response>
  /** Default: the one that fits the runtime. */
  readonly environment?: Environment | undefined
  /** Of the runtime; none where the adapter knows addresses by itself. */
  readonly getConnInfo?: GetConnInfo | undefined
}

const handler: RefusalHandler = (c, _next, { rejection }) => c.text(`handled: ${rejection.reason}`)

function createMiddleware(
  control: ResolvedControl<Context>,
  { getConnInfo, environment }: Pick<AppInit, 'getConnInfo' | 'environment'>,
): Countable<Context> & MiddlewareHandler {
  const handling = { ...(control.handled === true && { handler }), ...(environment !== undefined && { environment }) }
  if (control.kind === 'rateLimit') {
    return rateLimit({ ...control.options, ...handling, ...(getConnInfo !== undefined && { getConnInfo }) })
  }
  if (control.kind === 'overloadControl') return overloadControl({ ...control.options, ...handling })
  return concurrencyLimit({ ...control.options, ...handling })
}

/** The app of one case, and what its middleware counts. */
export function createApp(init: AppInit): { app: Hono; counts: () => Counts } {
  const { control, mounts, answer } = init
  const middleware = createMiddleware(resolveControl(control, honoReader), init)
  const counts = counting(middleware)
  const app = new Hono()
  for (let i = 0; i < mounts; i++) app.use(middleware)
  app.all('*', (c) =>
    answer(c, { method: c.req.method, url: honoReader.url(c), remaining: c.var.rateLimit?.remaining }),
  )
  // Like Hono's own, but it does not print the faults that the suite makes on purpose.
  app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text('', 500)))
  return { app, counts }
}
