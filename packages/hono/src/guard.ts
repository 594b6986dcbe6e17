/** A policy in front of the rest of a Hono app: by the response of Node.js where there is one, else by that of the Fetch API. */
import type { ServerResponse } from 'node:http'
import type { Environment } from '@spillway/core'
import { RefusalError } from '@spillway/http'
import type { HttpPolicy, RefusalDetails } from '@spillway/http'
import { closeAfterRefusal, createNodeGuard, leased } from '@spillway/http/node'
import type { NodeGuard } from '@spillway/http/node'
import { asRequestBound, createWebGuard } from '@spillway/http/web'
import type { RequestBoundEnvironment, WebGuard } from '@spillway/http/web'
import type { Context, Next } from 'hono'
import { nodeResponseOf } from './node-response.ts'
import { detailsOf, refuseBy } from './refusal.ts'
import type { Refuse, RefusalHandler } from './refusal.ts'

/** What a middleware is, before it has a name. */
export type Pass = (c: Context, next: Next) => Promise<Response | void>

/** What {@link guardOf} is told beside the policy. */
export interface GuardInit {
  readonly handler: RefusalHandler | undefined
  readonly environment: Environment
}

/** A refusal on its way from the guard to the promise that Hono waits for. */
class Refused {
  readonly details: RefusalDetails

  constructor(details: RefusalDetails) {
    this.details = details
  }
}

/** The guard of a policy. Whichever way a request goes is decided by what it brings, so that one app serves every runtime. */
export function guardOf(original: HttpPolicy<Context>, { handler, environment }: GuardInit): Pass {
  const bound = asRequestBound(environment)
  const policy = bound === undefined ? original : withLease(original, bound)
  const refuse = refuseBy(policy, handler)
  const byNode = createNodeGuard(policy, (refused) => refused.next(new Refused(refused)))
  const nexts = new WeakMap<Context, Next>()
  const byWeb = createWebGuard(policy, {
    refuse: ({ request: c, ...details }) => refuse(c, nexts.get(c) as Next, details),
    attendance: bound?.attendance,
  })
  return function pass(c, next) {
    const res = nodeResponseOf(c)
    if (res !== undefined) return throughNode({ guard: byNode, refuse, res }, c, next)
    if (handler !== undefined) nexts.set(c, next)
    return throughWeb(byWeb, c, next)
  }
}

/** Where a runtime may end a request in silence, no place is held for ever. */
function withLease(policy: HttpPolicy<Context>, { clock, maxHoldMs }: RequestBoundEnvironment): HttpPolicy<Context> {
  return policy.settlesAtOnce === true ? policy : leased(policy, { clock, maxHoldMs })
}

interface NodeWay {
  readonly guard: NodeGuard<Context>
  readonly refuse: Refuse
  readonly res: ServerResponse
}

/** The response of Node.js says itself when it is over, so Hono's is never touched: that keeps the shortcuts of `@hono/node-server`. */
function throughNode({ guard, refuse, res }: NodeWay, c: Context, next: Next): Promise<Response | void> {
  const say = async (details: RefusalDetails): Promise<Response> => {
    if (details.rejection.reason !== 'cancelled') closeAfterRefusal(res.req, res)
    return refuse(c, next, details)
  }
  return new Promise((resolve, reject) => {
    guard(c, res, (no) => {
      if (no instanceof Refused) resolve(say(no.details))
      else if (no instanceof RefusalError) resolve(say(detailsOf(no)))
      else next().then(() => resolve(), reject)
    })
  })
}

async function throughWeb(guard: WebGuard<Context>, c: Context, next: Next): Promise<Response> {
  const response = await guard(c, c.req.raw, async () => {
    await next()
    return c.res
  })
  if (c.finalized && c.res !== response) {
    c.res = undefined // else its headers would be merged with those of the new one, which has them already
    c.res = response
  }
  return response
}
