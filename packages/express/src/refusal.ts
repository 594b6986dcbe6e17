/** Refusals in the way of Express. */
import type { HandlerOption } from '@spillway/http'
import type { ConnectHandler } from '@spillway/http/node'
import type { Request, Response } from 'express'

/** Answers a refusal: `(req, res) => res.json({ tryAgain: res.get('Retry-After') })`. */
export type RefusalHandler = ConnectHandler<Request, Response>

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>
