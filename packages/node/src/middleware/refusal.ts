/** Refusals in the way of bare `node:http`, and what its middleware is. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandlerOption } from '@spillway/http'
import type { ConnectHandler, Next } from '@spillway/http/node'

/** Middleware without a framework: answers, or calls `next`. */
export type NodeMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void

/** Answers a refusal: `(req, res) => res.end('later')`. */
export type RefusalHandler = ConnectHandler<IncomingMessage, ServerResponse>

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>
