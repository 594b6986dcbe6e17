// The public API of @spillway/express, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { concurrencyLimit } from './concurrency-limit.ts';
export type { ConcurrencyLimitHandler } from './concurrency-limit.ts';
export { rateLimit } from './rate-limit.ts';
export type { RateLimitHandler } from './rate-limit.ts';
export { expressReader } from './reader.ts';

// concurrency-limit.d.ts
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { Request, RequestHandler } from 'express';
export type ConcurrencyLimitHandler = RequestHandler & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<Request>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitOptions<Request>): ConcurrencyLimitHandler;

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
