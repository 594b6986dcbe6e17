/** The options of @nestjs/throttler 6.7, by structure: what was written for it fits. */
import type { ConfigurableModuleAsyncOptions, ExecutionContext } from '@nestjs/common'

/** A value, or how to get it for a call. */
export type Resolvable<T extends number | string | boolean> = T | ((context: ExecutionContext) => T | Promise<T>)

/** Whose calls are counted together. */
export type ThrottlerGetTrackerFunction = (
  req: Record<string, never>,
  context: ExecutionContext,
) => Promise<string> | string

/** What is counted together, of one tracker. */
export type ThrottlerGenerateKeyFunction = (
  context: ExecutionContext,
  trackerString: string,
  throttlerName: string,
) => string

/** What can be set for each throttler, and for all of them. */
interface CommonOptions {
  readonly ignoreUserAgents?: readonly RegExp[]
  readonly skipIf?: (context: ExecutionContext) => boolean
  readonly getTracker?: ThrottlerGetTrackerFunction
  readonly generateKey?: ThrottlerGenerateKeyFunction
  readonly setHeaders?: boolean
}

/** One throttler: `limit` calls per `ttl` milliseconds, and who calls more is blocked for `blockDuration`. */
export interface ThrottlerOptions extends CommonOptions {
  /** Default `default`. */
  readonly name?: string
  readonly limit: Resolvable<number>
  readonly ttl: Resolvable<number>
  /** Default: `ttl`. */
  readonly blockDuration?: Resolvable<number>
}

/** What happened to one call at one throttler. */
export interface ThrottlerStorageRecord {
  totalHits: number
  /** Seconds. */
  timeToExpire: number
  isBlocked: boolean
  /** Seconds. */
  timeToBlockExpire: number
}

/** Everything about a call that is refused. */
export interface ThrottlerLimitDetail extends ThrottlerStorageRecord {
  ttl: number
  limit: number
  key: string
  tracker: string
}

/** Counters elsewhere, such as in Redis. */
export interface ThrottlerStorage {
  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord>
}

/** Throttlers, or throttlers with what holds for all of them. */
export type ThrottlerModuleOptions =
  | readonly ThrottlerOptions[]
  | (CommonOptions & {
      readonly throttlers: readonly ThrottlerOptions[]
      readonly errorMessage?: string | ((context: ExecutionContext, detail: ThrottlerLimitDetail) => string)
      /** Default: counters of this process, in bounded memory. */
      readonly storage?: ThrottlerStorage
      /** Default 64. */
      readonly ipv6SubnetPrefix?: number
    })

/** For `useClass` and `useExisting`. */
export interface ThrottlerOptionsFactory {
  createThrottlerOptions(): Promise<ThrottlerModuleOptions> | ThrottlerModuleOptions
}

/** Options that have to be asked for. */
export type ThrottlerAsyncOptions = ConfigurableModuleAsyncOptions<ThrottlerModuleOptions, 'createThrottlerOptions'>

/** What `@Throttle` sets for one throttler; the rest is that of the module. */
export interface ThrottlerMethodOrControllerOptions {
  readonly limit?: Resolvable<number>
  readonly ttl?: Resolvable<number>
  readonly blockDuration?: Resolvable<number>
  readonly getTracker?: ThrottlerGetTrackerFunction
  readonly generateKey?: ThrottlerGenerateKeyFunction
}
