/** What an adapter tells the conformance suite about itself. */
import type { Readable } from 'node:stream'
import type { Server } from 'node:http'
import type { ConcurrencyLimitOptions, OverloadControlOptions, RateLimitOptions } from '../index.ts'

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
 * there, and pass what it throws to the framework's own error handling, which answers with the `status` and the `headers` of the error if
 * it has any, and else 500.
 */
export type Application = (request: ApplicationRequest) => Reply | Promise<Reply>

/** What the suite's applications want to know of a request. */
export interface ApplicationRequest {
  readonly method: string
  readonly url: string
  /** What the middleware says is left of the quota, read where users of the framework find it. */
  readonly remaining?: number | undefined
}

/**
 * Callbacks of options, by name: functions do not cross the border of a process. `fails` throws whenever it is called; those that
 * end in `Header` return what a request header says: `x-cost`, `x-key`, `x-matters`.
 */
export type CallbackName = 'isHealth' | 'fails' | 'costHeader' | 'keyHeader' | 'priorityHeader'

/** What is the same for each kind of middleware. */
interface ControlOf<Kind extends string, Options> {
  readonly kind: Kind
  /** Plain data. */
  readonly options: Options
  readonly callbacks?: Readonly<Partial<Record<'skip' | 'keyGenerator' | 'cost' | 'priority', CallbackName>>>
  /** Refusals are answered by the option `handler` of the adapter: with the text `handled: ` and the reason of the rejection. */
  readonly handled?: boolean
}

/** The middleware under test, as data that survives `JSON`. */
export type Control =
  | ControlOf<'rateLimit', RateLimitOptions<never>>
  | ControlOf<'concurrencyLimit', ConcurrencyLimitOptions<never>>
  | ControlOf<'overloadControl', OverloadControlOptions<never>>

interface ResolvedControlOf<Kind extends string, Options> extends Pick<Control, 'handled'> {
  readonly kind: Kind
  readonly options: Options
}

/** The middleware under test, with callbacks that read the requests of one framework. */
export type ResolvedControl<Req> =
  | ResolvedControlOf<'rateLimit', RateLimitOptions<Req>>
  | ResolvedControlOf<'concurrencyLimit', ConcurrencyLimitOptions<Req>>
  | ResolvedControlOf<'overloadControl', OverloadControlOptions<Req>>

/** One server of the suite. */
export interface Setup {
  /** What {@link resolveControl} makes options of. */
  readonly control: Control
  readonly application: Application
  /** How often the same middleware is mounted on the way to the application; default 1. */
  readonly mounts?: number
  /** Serves HTTP/2 without TLS; only asked of harnesses that claim it. */
  readonly http2?: boolean
}

/** What a middleware has counted so far. */
export interface Counts {
  /** Requests that run. */
  readonly inflight: number
  /** Requests that wait. */
  readonly waiting: number
  /** Requests that were let in, and those of them that are over: equal when nothing runs. */
  readonly admitted: number
  readonly released: number
}

/** A running server. */
export interface Served {
  readonly port: number
  /** What {@link counting} counts; a promise of it where the server is another process. */
  counts(): Counts | Promise<Counts>
  /** The node server, where there is one: cases about upgrades are left out without it. */
  readonly server?: Server
  close(): Promise<void> | void
}

/**
 * What a runtime may be unable to do, so that no adapter can keep a promise that needs it. `disconnects`: it says when a client has left;
 * `uploadDisconnects`: also while that sends a body which nobody reads. `pipelining`: it answers pipelined requests. `slowReaders`: it takes
 * an answer off the application however slowly it is read. `refusedUploads`: it ends a connection whose upload was refused. `upgrades`: it
 * hands connections over as node:http does.
 */
export type Capability =
  | 'disconnects'
  | 'uploadDisconnects'
  | 'pipelining'
  | 'slowReaders'
  | 'refusedUploads'
  | 'upgrades'

/** One framework with one adapter. Listen on port 0 of 127.0.0.1. */
export interface Harness {
  /** What the runtime cannot do, and why, for whoever reads the results. */
  readonly lacks?: Readonly<Partial<Record<Capability, string>>>
  /** Whether `setup.http2` works. */
  readonly hasHttp2?: boolean
  serve(setup: Setup): Promise<Served>
}

/** One promise that every adapter keeps. */
export interface ConformanceCase {
  /** A sentence. */
  readonly name: string
  /** Left out where the runtime lacks one of these: see {@link leftOut}. */
  readonly needs?: readonly Capability[]
  /** Left out where this returns false. */
  readonly applies?: (harness: Pick<Harness, 'hasHttp2'>) => boolean
  /** Throws an AssertionError when the promise is broken. Bounded in time by itself. */
  readonly run: (harness: Harness) => Promise<void>
}
