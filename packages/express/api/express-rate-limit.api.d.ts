// The public API of @spillway/express/express-rate-limit, as emitted. Written by "pnpm api"; do not edit.

// express-rate-limit/index.d.ts
export { rateLimit, rateLimit as default } from './rate-limit.ts';
export { commonJs as 'module.exports' } from './common-js.ts';
export { ipKeyGenerator } from './ip-key-generator.ts';
export { MemoryStore } from './memory-store.ts';
export type { Client, MemoryStoreOptions } from './memory-store.ts';
export { GcraStore } from './gcra-store.ts';
export type { GcraStoreInit, GcraStoreOptions } from './gcra-store.ts';
export { StoreTimeoutError } from './store-calls.ts';
export { ConsoleLogger } from './logger.ts';
export { getValidations, ValidationError } from './validations.ts';
export type { Validations } from './validations.ts';
export type { EnabledValidations, ValidationName } from './validation-list.ts';
export { setDraft6Headers, setDraft7Headers, setDraft8Headers, setLegacyHeaders, setRetryAfterHeader, } from './headers.ts';
export { DAY, HOUR, MINUTE, SECOND } from './time.ts';
export type * from './types.ts';

// express-rate-limit/rate-limit.d.ts
import type { Options, RateLimitRequestHandler } from './types.ts';
export declare function rateLimit(passedOptions?: Partial<Options>): RateLimitRequestHandler;

// express-rate-limit/types.d.ts
import type { Clock, WallTime } from '@spillway/core';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { EnabledValidations } from './validation-list.ts';
export interface ClientRateLimitInfo {
    totalHits: number;
    resetTime: Date | undefined;
}
export type IncrementResponse = ClientRateLimitInfo;
export type IncrementCallback = (error: Error | undefined, totalHits: number, resetTime: Date | undefined) => void;
export interface LegacyStore {
    incr: (key: string, callback: IncrementCallback) => void;
    decrement: (key: string) => void;
    resetKey: (key: string) => void;
    resetAll?: () => void;
}
export interface Store {
    init?: (options: Options) => void | Promise<void>;
    get?: (key: string) => Promise<ClientRateLimitInfo | undefined> | ClientRateLimitInfo | undefined;
    increment: (key: string) => Promise<IncrementResponse> | IncrementResponse;
    decrement: (key: string) => Promise<void> | void;
    resetKey: (key: string) => Promise<void> | void;
    resetAll?: () => Promise<void> | void;
    shutdown?: () => Promise<void> | void;
    localKeys?: boolean;
    prefix?: string;
}
export interface Logger {
    error: LoggerFn;
    warn: LoggerFn;
}
export type LoggerFn = (error: unknown, message?: string) => void;
export type ValueDeterminingMiddleware<T> = (request: Request, response: Response) => T | Promise<T>;
export type RateLimitExceededEventHandler = (request: Request, response: Response, next: NextFunction, optionsUsed: Options) => unknown;
export type DraftHeadersVersion = 'draft-6' | 'draft-7' | 'draft-8';
export interface Options {
    windowMs: number;
    limit: number | ValueDeterminingMiddleware<number>;
    message: unknown;
    statusCode: number;
    legacyHeaders: boolean;
    standardHeaders: boolean | DraftHeadersVersion;
    identifier: string | ValueDeterminingMiddleware<string>;
    retryAfter?: number | ValueDeterminingMiddleware<number>;
    requestPropertyName: string;
    skipFailedRequests: boolean;
    skipSuccessfulRequests: boolean;
    keyGenerator: ValueDeterminingMiddleware<string>;
    ipv6Subnet: number | ValueDeterminingMiddleware<number> | false;
    handler: RateLimitExceededEventHandler;
    skip: ValueDeterminingMiddleware<boolean>;
    requestWasSuccessful: ValueDeterminingMiddleware<boolean>;
    store: Store | LegacyStore;
    validate: boolean | EnabledValidations;
    headers?: boolean;
    max?: number | ValueDeterminingMiddleware<number>;
    passOnStoreError: boolean;
    logger: Logger;
    storeTimeoutMs?: number;
    partitionKeySecret?: string;
    clock?: Clock;
    wallTime?: WallTime;
}
export interface RateLimitInfo {
    limit: number;
    used: number;
    remaining: number;
    resetTime: Date | undefined;
    key: string;
}
export type AugmentedRequest = Request & {
    [key: string]: RateLimitInfo;
};
export type RateLimitRequestHandler = RequestHandler & {
    resetKey: (key: string) => void;
    getKey: (key: string) => Promise<ClientRateLimitInfo | undefined> | ClientRateLimitInfo | undefined;
};
export type RateLimitReachedEventHandler = (request: Request, response: Response, optionsUsed: Options) => void;

// express-rate-limit/validation-list.d.ts
export declare const validationNames: readonly ['ip', 'trustProxy', 'xForwardedForHeader', 'forwardedHeader', 'positiveHits', 'unsharedStore', 'singleCount', 'limit', 'draftPolliHeaders', 'onLimitReached', 'headersDraftVersion', 'headersResetTime', 'knownOptions', 'validationsConfig', 'creationStack', 'ipv6Subnet', 'ipv6SubnetOrKeyGenerator', 'keyGeneratorIpFallback', 'windowMs'];
export type ValidationName = (typeof validationNames)[number];
export type EnabledValidations = {
    [name in ValidationName | 'default']?: boolean;
};

// express-rate-limit/common-js.d.ts
import { GcraStore } from './gcra-store.ts';
import { setDraft6Headers, setDraft7Headers, setDraft8Headers, setLegacyHeaders, setRetryAfterHeader } from './headers.ts';
import { ipKeyGenerator } from './ip-key-generator.ts';
import { ConsoleLogger } from './logger.ts';
import { MemoryStore } from './memory-store.ts';
import { rateLimit } from './rate-limit.ts';
import { StoreTimeoutError } from './store-calls.ts';
import type { Options, RateLimitRequestHandler } from './types.ts';
import { getValidations, ValidationError } from './validations.ts';
interface Exports {
    readonly default: typeof rateLimit;
    readonly rateLimit: typeof rateLimit;
    readonly ipKeyGenerator: typeof ipKeyGenerator;
    readonly MemoryStore: typeof MemoryStore;
    readonly GcraStore: typeof GcraStore;
    readonly StoreTimeoutError: typeof StoreTimeoutError;
    readonly ConsoleLogger: typeof ConsoleLogger;
    readonly getValidations: typeof getValidations;
    readonly ValidationError: typeof ValidationError;
    readonly setDraft6Headers: typeof setDraft6Headers;
    readonly setDraft7Headers: typeof setDraft7Headers;
    readonly setDraft8Headers: typeof setDraft8Headers;
    readonly setLegacyHeaders: typeof setLegacyHeaders;
    readonly setRetryAfterHeader: typeof setRetryAfterHeader;
    readonly SECOND: number;
    readonly MINUTE: number;
    readonly HOUR: number;
    readonly DAY: number;
}
export declare const commonJs: ((options?: Partial<Options>) => RateLimitRequestHandler) & Exports;
export {};

// express-rate-limit/gcra-store.d.ts
import type { Clock, WallTime } from '@spillway/core';
import type { ClientRateLimitInfo, Store } from './types.ts';
export interface GcraStoreOptions {
    readonly maxKeys?: number;
    readonly clock?: Clock;
    readonly wallTime?: WallTime;
}
export interface GcraStoreInit {
    readonly windowMs: number;
    readonly limit: unknown;
    readonly statusCode?: number;
    readonly skipFailedRequests?: boolean;
    readonly skipSuccessfulRequests?: boolean;
}
export declare class GcraStore implements Store {
    #private;
    readonly localKeys: boolean;
    constructor(options?: GcraStoreOptions);
    init(options: GcraStoreInit): void;
    get(key: string): Promise<ClientRateLimitInfo | undefined>;
    increment(key: string): Promise<ClientRateLimitInfo>;
    decrement(key: string): Promise<void>;
    resetKey(key: string): Promise<void>;
    resetAll(): Promise<void>;
}

// express-rate-limit/headers.d.ts
import type { WallTime } from '@spillway/core';
import type { Response } from 'express';
import type { RateLimitInfo } from './types.ts';
export declare function setLegacyHeaders(response: Response, info: RateLimitInfo): void;
interface Named {
    readonly key: unknown;
    readonly secret?: string | undefined;
    readonly wallTime?: WallTime | undefined;
}
type SetDraftHeaders = (response: Response, info: RateLimitInfo, windowMs: number, wallTime?: WallTime) => void;
export declare const setDraft6Headers: SetDraftHeaders;
export declare const setDraft7Headers: SetDraftHeaders;
export declare function setDraft8Headers(response: Response, info: RateLimitInfo, windowMs: number, name: unknown, about: string | Named): void;
interface Advice {
    readonly seconds?: number | undefined;
    readonly wallTime?: WallTime;
}
export declare function setRetryAfterHeader(response: Response, info: RateLimitInfo, windowMs: number, { seconds, wallTime }?: Advice): void;
export {};

// express-rate-limit/ip-key-generator.d.ts
export declare function ipKeyGenerator(ip: string, ipv6Subnet?: number | false): string;

// express-rate-limit/logger.d.ts
import type { Logger } from './types.ts';
export declare const ConsoleLogger: Logger;
export declare function checkLogger(logger: unknown): Logger;

// express-rate-limit/memory-store.d.ts
import type { WallTime } from '@spillway/core';
import type { ClientRateLimitInfo, Options, Store } from './types.ts';
export interface Client {
    totalHits: number;
    resetTime: Date;
}
export interface MemoryStoreOptions {
    readonly maxKeys?: number;
    readonly wallTime?: WallTime;
}
export declare class MemoryStore implements Store {
    #private;
    windowMs: number;
    previous: Map<string, Client>;
    current: Map<string, Client>;
    interval?: ReturnType<typeof setInterval>;
    readonly localKeys: boolean;
    constructor(options?: MemoryStoreOptions);
    init(options: Options): void;
    get(key: string): Promise<ClientRateLimitInfo | undefined>;
    increment(key: string): Promise<ClientRateLimitInfo>;
    hit(key: string): ClientRateLimitInfo;
    decrement(key: string): Promise<void>;
    resetKey(key: string): Promise<void>;
    resetAll(): Promise<void>;
    shutdown(): void;
}

// express-rate-limit/store-calls.d.ts
import type { Clock } from '@spillway/core';
import type { ClientRateLimitInfo, Store } from './types.ts';
export declare class StoreTimeoutError extends Error {
    readonly name: string;
    readonly code: string;
    constructor(method: string, timeoutMs: number);
}
export declare function checkStore(value: unknown): Store;
export interface StorePatience {
    readonly timeoutMs: number;
    readonly clock: Clock;
}
export declare class StoreCalls {
    #private;
    constructor(store: Store, patience: StorePatience);
    increment(key: string): ClientRateLimitInfo | Promise<ClientRateLimitInfo>;
    decrement(key: string): Promise<void>;
}

// express-rate-limit/validations.d.ts
import type { Checked, Fault } from './faults.ts';
import type { Logger } from './types.ts';
import type { EnabledValidations, ValidationName } from './validation-list.ts';
export type Validations = {
    readonly [Name in ValidationName]: (...args: OrNone<Checked[Name]>) => void;
} & {
    readonly enabled: Record<string, boolean>;
    disable(): void;
};
type OrNone<Args extends readonly unknown[]> = Args extends [enabled: object] ? Args | [] : Args;
export declare class ValidationError extends Error {
    readonly name: string;
    readonly code: string;
    constructor({ code, message }: Fault);
}
export declare function getValidations(validate: boolean | EnabledValidations, logger?: Logger): Validations;
export {};

// express-rate-limit/faults.d.ts
import type { Request } from 'express';
import type { Options, Store } from './types.ts';
import type { ValidationName } from './validation-list.ts';
export interface Fault {
    readonly code: string;
    readonly message: string;
    readonly isChange?: boolean;
}
export interface Checked {
    ip: [ip: string | undefined];
    trustProxy: [request: Request];
    xForwardedForHeader: [request: Request];
    forwardedHeader: [request: Request];
    positiveHits: [hits: unknown];
    unsharedStore: [store: Store];
    singleCount: [request: Request, store: Store, key: string];
    limit: [limit: number];
    draftPolliHeaders: [value?: unknown];
    onLimitReached: [value?: unknown];
    headersDraftVersion: [version?: unknown];
    headersResetTime: [resetTime?: Date];
    knownOptions: [options?: object];
    validationsConfig: [enabled: object];
    creationStack: [store: Store];
    ipv6Subnet: [ipv6Subnet?: unknown];
    ipv6SubnetOrKeyGenerator: [options: Partial<Options>];
    keyGeneratorIpFallback: [keyGenerator?: unknown];
    windowMs: [windowMs: unknown];
}
type Checks = {
    readonly [Name in ValidationName]: (...args: Checked[Name]) => Fault | false | undefined;
};
export declare const checks: Checks;
export {};

// express-rate-limit/time.d.ts
export declare const SECOND: number;
export declare const MINUTE: number;
export declare const HOUR: number;
export declare const DAY: number;
