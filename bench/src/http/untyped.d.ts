/** The parts we use of a peer that ships no types. */
declare module 'koa-ratelimit' {
  import type { Middleware } from 'koa'
  export default function ratelimit(options: Readonly<Record<string, unknown>>): Middleware
}
