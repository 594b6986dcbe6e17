// The public API of @spillway/hono, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { concurrencyLimit } from './concurrency-limit.ts';
export type { ConcurrencyLimitHandler, ConcurrencyLimitMiddlewareOptions } from './concurrency-limit.ts';
export type { EnvironmentOption } from './environment.ts';
export { createRequestBoundEnvironment } from '@spillway/http/web';
export type { RequestBoundEnvironment, RequestBoundOptions } from '@spillway/http/web';
export { overloadControl } from './overload-control.ts';
export type { OverloadControlHandler, OverloadControlMiddlewareOptions } from './overload-control.ts';
export { rateLimit } from './rate-limit.ts';
export type { RateLimitHandler, RateLimitMiddlewareOptions } from './rate-limit.ts';
export { honoReader } from './reader.ts';
export type { GetConnInfo } from './reader.ts';
export { readiness } from './readiness.ts';
export type { ReadinessOptions, ReadinessSource } from '@spillway/http';
export type { RefusalHandler, RefusalOptions } from './refusal.ts';

// concurrency-limit.d.ts
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { Context, MiddlewareHandler } from 'hono';
import { type EnvironmentOption } from './environment.ts';
import type { RefusalOptions } from './refusal.ts';
export interface ConcurrencyLimitMiddlewareOptions extends ConcurrencyLimitOptions<Context>, RefusalOptions, EnvironmentOption {
}
export type ConcurrencyLimitHandler = MiddlewareHandler & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<Context>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitMiddlewareOptions): ConcurrencyLimitHandler;

// environment.d.ts
import type { Environment } from '@spillway/core';
export interface EnvironmentOption {
    readonly environment?: Environment;
}
export declare function environmentOf(owner: string, given: Environment | undefined): Environment;

// refusal.d.ts
import type { HandlerOption, HttpPolicy, RefusalDetails, RefusalError } from '@spillway/http';
import type { Context, Next } from 'hono';
export type RefusalHandler = (c: Context, next: Next, details: RefusalDetails) => Response | undefined | void | Promise<Response | undefined | void>;
export type RefusalOptions = HandlerOption<RefusalHandler>;
export type Refuse = (c: Context, next: Next, details: RefusalDetails) => Response | Promise<Response>;
export declare function refuseBy({ mode }: Pick<HttpPolicy<Context>, 'mode'>, handler: RefusalHandler | undefined): Refuse;
export declare function detailsOf(error: RefusalError): RefusalDetails;

// overload-control.d.ts
import type { OverloadControl } from '@spillway/core';
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http';
import type { Context, MiddlewareHandler } from 'hono';
import { type EnvironmentOption } from './environment.ts';
import type { RefusalOptions } from './refusal.ts';
export interface OverloadControlMiddlewareOptions extends OverloadControlOptions<Context>, RefusalOptions, EnvironmentOption {
}
export type OverloadControlHandler = MiddlewareHandler & OverloadHandle & {
    readonly policy: OverloadPolicy<Context, OverloadControl>;
};
export declare function overloadControl(options?: OverloadControlMiddlewareOptions): OverloadControlHandler;

// rate-limit.d.ts
import type { RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http';
import type { Context, MiddlewareHandler } from 'hono';
import { type EnvironmentOption } from './environment.ts';
import { type GetConnInfo } from './reader.ts';
import type { RefusalOptions } from './refusal.ts';
declare module 'hono' {
    interface ContextVariableMap {
        rateLimit?: RateLimitInfo;
    }
}
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Context>, RefusalOptions, EnvironmentOption {
    readonly getConnInfo?: GetConnInfo;
    readonly requestPropertyName?: string;
}
export type RateLimitHandler = MiddlewareHandler & RateLimitHandle & {
    readonly policy: RateLimitPolicy<Context>;
};
export declare function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler;

// reader.d.ts
import type { Reader } from '@spillway/http';
import type { Context } from 'hono';
export type GetConnInfo = (c: Context) => {
    readonly remote: {
        readonly address?: string | undefined;
    };
};
export declare const honoReader: Reader<Context>;
export declare function readerWith(getConnInfo: GetConnInfo, onError: (error: unknown) => void): Reader<Context>;

// readiness.d.ts
import type { ReadinessOptions, ReadinessSource } from '@spillway/http';
import type { Handler } from 'hono';
export declare function readiness(source: ReadinessSource, options?: ReadinessOptions): Handler;
