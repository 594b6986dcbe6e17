// The public API of @spillway/express, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { concurrencyLimit } from './concurrency-limit.ts';
export type { ConcurrencyLimitHandler } from './concurrency-limit.ts';
export { overloadControl, protect } from './overload-control.ts';
export type { OverloadControlHandler, ProtectedListener } from './overload-control.ts';
export { rateLimit } from './rate-limit.ts';
export type { RateLimitHandler } from './rate-limit.ts';
export { expressReader } from './reader.ts';
export { readiness } from './readiness.ts';
export type { ReadinessOptions, ReadinessSource } from './readiness.ts';

// concurrency-limit.d.ts
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
export type ConcurrencyLimitHandler = RequestHandler & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<Request>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitOptions<Request>): ConcurrencyLimitHandler;

// overload-control.d.ts
import type { IncomingMessage, RequestListener } from 'node:http';
import type { OverloadControl } from '@spillway/core';
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
export type OverloadControlHandler = RequestHandler & OverloadHandle & {
    readonly policy: OverloadPolicy<Request, OverloadControl>;
};
export type ProtectedListener = RequestListener & OverloadHandle & {
    readonly policy: OverloadPolicy<IncomingMessage, OverloadControl>;
};
export declare function overloadControl(options?: OverloadControlOptions<Request>): OverloadControlHandler;
export declare function protect(app: RequestListener, options?: OverloadControlOptions<IncomingMessage>): ProtectedListener;

// rate-limit.d.ts
import type { RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
declare global {
    namespace Express {
        interface Request {
            rateLimit?: RateLimitInfo;
        }
    }
}
export type RateLimitHandler = RequestHandler & RateLimitHandle & {
    readonly policy: RateLimitPolicy<Request>;
};
export declare function rateLimit(options: RateLimitOptions<Request>): RateLimitHandler;

// reader.d.ts
import type { Reader } from '@spillway/http';
import type { Request } from 'express';
export declare const expressReader: Reader<Request>;
export declare function readerFor(options: {
    readonly trustProxy?: unknown;
}): Reader<Request>;

// readiness.d.ts
import type { RequestHandler } from 'express';
export interface ReadinessSource {
    snapshot(): {
        readonly draining: boolean;
        readonly overloaded: boolean;
    };
}
export interface ReadinessOptions {
    readonly failWhenOverloaded?: boolean;
}
export declare function readiness(source: ReadinessSource, options?: ReadinessOptions): RequestHandler;
