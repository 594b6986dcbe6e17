/** What an adapter tells the conformance suite about itself. */
import type { Readable } from 'node:stream'
import type { Server } from 'node:http'
import type { ConcurrencyLimitOptions, OverloadControlOptions, RateLimitOptions } from '../index.ts'
import type { Reader } from '../reader.ts'

/** What a handler of the suite answers; the adapter sends it in the way that its users would. */
export interface Reply {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Readable
  /** Ends the response a second time, where the framework lets anybody do that. */
  readonly endTwice?: boolean
}

/**
 * The application behind the middleware. It may throw, reject, or never answer. Adapters call it once per request that gets
 * there, and pass what it throws to the framework's own error handling, which answers 500.
 */
export type Application = (request: ApplicationRequest) => Reply | Promise<Reply>

/** What the suite's applications want to know of a request. */
export interface ApplicationRequest {
  readonly method: string
  readonly url: string
}

/** The middleware under test. */
export type Control<Req> =
  | { readonly kind: 'rateLimit'; readonly options: RateLimitOptions<Req> }
  | { readonly kind: 'concurrencyLimit'; readonly options: ConcurrencyLimitOptions<Req> }
  | { readonly kind: 'overloadControl'; readonly options: OverloadControlOptions<Req> }

/** One server of the suite. */
export interface Setup<Req> {
  readonly control: Control<Req>
  readonly application: Application
  /** How often the same middleware is mounted on the way to the application; default 1. */
  readonly mounts?: number
  /** Serves HTTP/2 without TLS; only asked of harnesses that claim it. */
  readonly http2?: boolean
}

/** A running server. */
export interface Served {
  readonly port: number
  /** How many requests the control counts as running. */
  inflight(): number
  /** How many requests the control lets wait. */
  waiting(): number
  /** The node server, where there is one: cases about upgrades are left out without it. */
  readonly server?: Server
  close(): Promise<void> | void
}

/** One framework with one adapter. Listen on port 0 of 127.0.0.1. */
export interface Harness<Req> {
  /** How to read the requests that options such as `skip` get. */
  readonly reader: Reader<Req>
  /** Whether `setup.http2` works. */
  readonly hasHttp2?: boolean
  serve(setup: Setup<Req>): Promise<Served>
}

/** One promise that every adapter keeps. */
export interface ConformanceCase {
  /** A sentence. */
  readonly name: string
  /** Left out where this returns false. */
  readonly applies?: (harness: Pick<Harness<never>, 'hasHttp2'>) => boolean
  /** Throws an AssertionError when the promise is broken. Bounded in time by itself. */
  readonly run: <Req>(harness: Harness<Req>) => Promise<void>
}
