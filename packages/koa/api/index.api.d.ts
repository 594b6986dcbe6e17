// The public API of @spillway/koa, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { concurrencyLimit } from './concurrency-limit.ts';
export type { ConcurrencyLimitHandler } from './concurrency-limit.ts';
export { overloadControl } from './overload-control.ts';
export type { OverloadControlHandler } from './overload-control.ts';
export { rateLimit } from './rate-limit.ts';
export type { RateLimitHandler, RateLimitMiddlewareOptions } from './rate-limit.ts';
export { koaReader } from './reader.ts';
export { readiness } from './readiness.ts';
export { protect } from '@spillway/node';
export type { ProtectedListener } from '@spillway/node';
export type { ReadinessOptions, ReadinessSource } from '@spillway/http';
export type { RefusalHandler, RefusalOptions } from './refusal.ts';

// concurrency-limit.d.ts
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { Context, Middleware } from 'koa';
import { type RefusalOptions } from './refusal.ts';
export type ConcurrencyLimitHandler = Middleware & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<Context>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitOptions<Context> & RefusalOptions): ConcurrencyLimitHandler;

// refusal.d.ts
import type { HandlerOption, HttpPolicy, Refusal, RefusalDetails } from '@spillway/http';
import type { Context, Next } from 'koa';
export type RefusalHandler = (ctx: Context, next: Next, details: RefusalDetails) => unknown;
export type RefusalOptions = HandlerOption<RefusalHandler>;
type Pass = (ctx: Context, next: Next) => Promise<unknown>;
export declare function guardOf(policy: HttpPolicy<Context>, handler: RefusalHandler | undefined): Pass;
export declare function answer(ctx: Context, prepared: Refusal): void;
export {};

// overload-control.d.ts
import type { OverloadControl } from '@spillway/core';
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http';
import type { Context, Middleware } from 'koa';
import { type RefusalOptions } from './refusal.ts';
export type OverloadControlHandler = Middleware & OverloadHandle & {
    readonly policy: OverloadPolicy<Context, OverloadControl>;
};
export declare function overloadControl(options?: OverloadControlOptions<Context> & RefusalOptions): OverloadControlHandler;

// rate-limit.d.ts
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http';
import type { Context, Middleware } from 'koa';
import { type RefusalOptions } from './refusal.ts';
declare module 'koa' {
    interface DefaultState {
        rateLimit?: RateLimitInfo;
    }
}
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Context>, RefusalOptions, QuotaNameOption {
}
export type RateLimitHandler = Middleware & RateLimitHandle & {
    readonly policy: RateLimitPolicy<Context>;
};
export declare function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler;

// reader.d.ts
import type { Reader } from '@spillway/http';
import type { Context } from 'koa';
export declare const koaReader: Reader<Context>;
export declare function readerFor(options: {
    readonly trustProxy?: unknown;
}): Reader<Context>;

// readiness.d.ts
import type { ReadinessOptions, ReadinessSource } from '@spillway/http';
import type { Middleware } from 'koa';
export declare function readiness(source: ReadinessSource, options?: ReadinessOptions): Middleware;
