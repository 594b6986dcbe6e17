// The public API of @spillway/express, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { concurrencyLimit } from './concurrency-limit.ts';
export type { ConcurrencyLimitHandler } from './concurrency-limit.ts';
export { overloadControl } from './overload-control.ts';
export type { OverloadControlHandler } from './overload-control.ts';
export { rateLimit } from './rate-limit.ts';
export type { RateLimitHandler, RateLimitMiddlewareOptions } from './rate-limit.ts';
export { expressReader } from './reader.ts';
export { drainOnSignal, liveness, protect, protectServer, readiness, startup } from '@spillway/node';
export type { ProtectedListener } from '@spillway/node';
export type { ReadinessOptions, ReadinessSource } from '@spillway/http';
export type { RefusalHandler, RefusalOptions } from './refusal.ts';

// concurrency-limit.d.ts
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
import type { RefusalOptions } from './refusal.ts';
export type ConcurrencyLimitHandler = RequestHandler & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<Request>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitOptions<Request> & RefusalOptions): ConcurrencyLimitHandler;

// refusal.d.ts
import type { HandlerOption } from '@spillway/http';
import type { ConnectHandler } from '@spillway/http/node';
import type { Request, Response } from 'express';
export type RefusalHandler = ConnectHandler<Request, Response>;
export type RefusalOptions = HandlerOption<RefusalHandler>;

// overload-control.d.ts
import type { OverloadControl } from '@spillway/core';
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
import type { RefusalOptions } from './refusal.ts';
export type OverloadControlHandler = RequestHandler & OverloadHandle & {
    readonly policy: OverloadPolicy<Request, OverloadControl>;
};
export declare function overloadControl(options?: OverloadControlOptions<Request> & RefusalOptions): OverloadControlHandler;

// rate-limit.d.ts
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
import type { RefusalOptions } from './refusal.ts';
declare global {
    namespace Express {
        interface Request {
            rateLimit?: RateLimitInfo;
        }
    }
}
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Request>, RefusalOptions, QuotaNameOption {
}
export type RateLimitHandler = RequestHandler & RateLimitHandle & {
    readonly policy: RateLimitPolicy<Request>;
};
export declare function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler;

// reader.d.ts
import type { Reader } from '@spillway/http';
import type { Request } from 'express';
export declare const expressReader: Reader<Request>;
export declare function readerFor(options: {
    readonly trustProxy?: unknown;
}): Reader<Request>;
