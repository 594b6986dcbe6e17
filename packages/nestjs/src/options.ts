/** What the module is told, under the names that the other adapters have. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Environment } from '@spillway/core'
import type {
  ConcurrencyLimitOptions,
  HandlerOption,
  OverloadControlOptions,
  RateLimitOptions,
  ReadinessOptions,
  RefusalDetails,
} from '@spillway/http'
import type { ExecutionContext } from '@nestjs/common'
import type { ThrottlerModuleOptions } from './throttler/options.ts'

/**
 * What callbacks see of a request where they do not say what they want: what Express and Fastify have in common. GraphQL hands in the
 * request that carries the query, gateways and microservices a {@link MessageRequest}.
 */
export interface NestRequest {
  readonly method?: string
  readonly url?: string
  readonly headers: IncomingHttpHeaders
  readonly ip?: string
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
  /** Where guards that know who is asking put it. */
  readonly user?: unknown
}

/**
 * Does something about the refusal of a call. What it throws goes to Nest's exception filters instead of the problem document. It may also
 * answer by itself, through the response of `context`; if it does neither, the problem document is thrown as ever.
 */
export type CallHandler = (context: ExecutionContext, details: RefusalDetails) => unknown

/** Answers a refusal in front of Nest: requests and responses are those of the platform, on Fastify its request and the raw response. */
export type FrontHandler<Req> = (
  req: Req,
  res: import('node:http').ServerResponse,
  next: (error?: unknown) => void,
  details: RefusalDetails,
) => unknown

/** The options of `rateLimit()`. */
export interface NestRateLimitOptions<Req = NestRequest> extends RateLimitOptions<Req>, HandlerOption<CallHandler> {
  /** Where the quota is put on the request; default `rateLimit`. */
  readonly requestPropertyName?: string
}

/** The options of `concurrencyLimit()`. */
export interface NestConcurrencyLimitOptions<Req = NestRequest>
  extends ConcurrencyLimitOptions<Req>, HandlerOption<CallHandler> {}

/** The options of `overloadControl()`. */
export interface NestOverloadOptions<Req = NestRequest>
  extends OverloadControlOptions<Req>, HandlerOption<FrontHandler<Req>> {}

/** Options of {@link SpillwayModule.forRoot}. None has to be set. */
export interface SpillwayOptions<Req = NestRequest> {
  /** Options of the overload control; `false` for none. Default: one without options, for all HTTP requests. */
  readonly overload?: NestOverloadOptions<Req> | false
  /**
   * Where the overload control stands for HTTP: `true` (default) before everything of Nest, parsing of bodies and CORS included, so that a
   * refusal costs least; `false` where {@link SpillwayMiddleware} is applied.
   */
  readonly front?: boolean
  /** Rate limits by name, for `@RateLimit('name')`: who names the same shares its counters. They apply where they are named only. */
  readonly rateLimits?: Readonly<Record<string, NestRateLimitOptions<Req>>>
  /** Concurrency limits by name, for `@ConcurrencyLimit('name')`: who names the same shares its places. */
  readonly concurrencyLimits?: Readonly<Record<string, NestConcurrencyLimitOptions<Req>>>
  /** Throttlers of `@nestjs/throttler`, which apply everywhere: for apps that come from there. Default none. */
  readonly throttlers?: ThrottlerModuleOptions
  /**
   * How long a message of a gateway or microservice holds its places at most; 1..2147483647 ms, default 300000. HTTP needs no such bound: there
   * the end of the response, or of the connection, is certain to come.
   */
  readonly maxHoldMs?: number
  /** When the process says that it is not ready: see {@link Spillway.assertReady}. Default: when it shuts down, and not when it is overloaded. */
  readonly readiness?: ReadinessOptions
  /**
   * How long, at shutdown, the process says that it is not ready and still serves, so that routers hear of it before it refuses; 0..600000 ms,
   * default 0. Needs `app.enableShutdownHooks()` to be told of signals.
   */
  readonly shutdownDelayMs?: number
  /** For tests. Default: the process. */
  readonly environment?: Environment
}

/** For `useClass` and `useExisting` of {@link SpillwayModule.forRootAsync}. */
export interface SpillwayOptionsFactory<Req = NestRequest> {
  createSpillwayOptions(): SpillwayOptions<Req> | Promise<SpillwayOptions<Req>>
}
