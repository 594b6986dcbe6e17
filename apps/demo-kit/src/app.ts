/** What the kit wants to know of a demo. */
import type { OverloadSnapshot } from '@spillway/core'
import type { Server } from 'node:http'

/** The twins: the shop as it is, and the shop behind overload control. */
export type Side = 'unprotected' | 'protected'

/** A demo, as `runDemo` takes it. */
export interface DemoApp {
  /** `Koa`. */
  readonly framework: string
  /** The one line that tells the twins apart, as it is shown. */
  readonly line: string
  /** What a person types: `npm run demo:koa`. */
  readonly command: string
  /** The module that calls `serveTwin`: started as a child process, once for each side. */
  readonly server: URL
}

/** What is asked of an overload control. */
export interface TwinControl {
  snapshot(): OverloadSnapshot
  drain(): void
}

/** A shop that is ready to listen. */
export interface TwinApp {
  readonly server: Server
  /** The unprotected twin has none. */
  readonly control: TwinControl | undefined
}

/** Makes the shop of one side. */
export type CreateTwin = (side: Side) => TwinApp | Promise<TwinApp>
