/** Types of `@koa/bodyparser`, as far as it is used here. Its own say that every request of the program has a `rawBody`, Koa's or not. */
import type { Middleware } from 'koa'

declare module 'koa' {
  interface Request {
    /** What the parser found; `undefined` where it did not run. */
    body?: unknown
  }
}

export function bodyParser(): Middleware
