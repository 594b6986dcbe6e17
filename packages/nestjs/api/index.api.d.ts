// The public API of @spillway/nestjs, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { ConcurrencyLimit, Cost, InjectSpillway, Priority, RateLimit, SkipOverloadControl } from './decorators.ts';
export type { CallDecorator } from './decorators.ts';
export { SpillwayException } from './exception.ts';
export type { RefusalExtensions } from './exception.ts';
export { SpillwayGuard } from './guard.ts';
export { SpillwayInterceptor } from './interceptor.ts';
export type { NamedConcurrencyLimit } from './limits/place.ts';
export type { NamedRateLimit } from './limits/rate.ts';
export { MessageRequest } from './calls/message.ts';
export type { RefusedMessage } from './calls/message-refusal.ts';
export { rateLimitMiddleware, SpillwayMiddleware } from './middleware.ts';
export { SpillwayModule } from './module.ts';
export type { SpillwayAsyncOptions, SpillwayModuleExtras } from './module.ts';
export type * from './options.ts';
export { Spillway } from './spillway.ts';
export type { SpillwaySnapshot, SpillwayUpdate } from './spillway.ts';

// decorators.d.ts
import type { PriorityValue } from '@spillway/http';
import type { NestConcurrencyLimitOptions, NestRateLimitOptions, NestRequest } from './options.ts';
export type CallDecorator = ClassDecorator & MethodDecorator;
export declare function RateLimit<Req = NestRequest>(limit: string | NestRateLimitOptions<Req>): CallDecorator;
export declare function ConcurrencyLimit<Req = NestRequest>(limit: string | number | NestConcurrencyLimitOptions<Req>): CallDecorator;
export declare function Priority<Req = NestRequest>(priority: PriorityValue | ((req: Req) => PriorityValue | undefined)): CallDecorator;
export declare function Cost<Req = NestRequest>(cost: number | ((req: Req) => number | undefined)): CallDecorator;
export declare function SkipOverloadControl(...names: readonly string[]): CallDecorator;
export declare function InjectSpillway(): ParameterDecorator & PropertyDecorator;

// options.d.ts
import type { IncomingHttpHeaders } from 'node:http';
import type { Environment } from '@spillway/core';
import type { ConcurrencyLimitOptions, HandlerOption, OverloadControlOptions, RateLimitOptions, ReadinessOptions, RefusalDetails } from '@spillway/http';
import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions } from './throttler/options.ts';
export interface NestRequest {
    readonly method?: string;
    readonly url?: string;
    readonly headers: IncomingHttpHeaders;
    readonly ip?: string;
    readonly params?: unknown;
    readonly query?: unknown;
    readonly body?: unknown;
    readonly user?: unknown;
}
export type CallHandler = (context: ExecutionContext, details: RefusalDetails) => unknown;
export type FrontHandler<Req> = (req: Req, res: import('node:http').ServerResponse, next: (error?: unknown) => void, details: RefusalDetails) => unknown;
export interface NestRateLimitOptions<Req = NestRequest> extends RateLimitOptions<Req>, HandlerOption<CallHandler> {
    readonly requestPropertyName?: string;
}
export interface NestConcurrencyLimitOptions<Req = NestRequest> extends ConcurrencyLimitOptions<Req>, HandlerOption<CallHandler> {
}
export interface NestOverloadOptions<Req = NestRequest> extends OverloadControlOptions<Req>, HandlerOption<FrontHandler<Req>> {
}
export interface SpillwayOptions<Req = NestRequest> {
    readonly overload?: NestOverloadOptions<Req> | false;
    readonly front?: boolean;
    readonly rateLimits?: Readonly<Record<string, NestRateLimitOptions<Req>>>;
    readonly concurrencyLimits?: Readonly<Record<string, NestConcurrencyLimitOptions<Req>>>;
    readonly throttlers?: ThrottlerModuleOptions;
    readonly maxHoldMs?: number;
    readonly readiness?: ReadinessOptions;
    readonly shutdownDelayMs?: number;
    readonly environment?: Environment;
}
export interface SpillwayOptionsFactory<Req = NestRequest> {
    createSpillwayOptions(): SpillwayOptions<Req> | Promise<SpillwayOptions<Req>>;
}

// throttler/options.d.ts
import type { ConfigurableModuleAsyncOptions, ExecutionContext } from '@nestjs/common';
export type Resolvable<T extends number | string | boolean> = T | ((context: ExecutionContext) => T | Promise<T>);
export type ThrottlerGetTrackerFunction = (req: Record<string, never>, context: ExecutionContext) => Promise<string> | string;
export type ThrottlerGenerateKeyFunction = (context: ExecutionContext, trackerString: string, throttlerName: string) => string;
interface CommonOptions {
    readonly ignoreUserAgents?: readonly RegExp[];
    readonly skipIf?: (context: ExecutionContext) => boolean;
    readonly getTracker?: ThrottlerGetTrackerFunction;
    readonly generateKey?: ThrottlerGenerateKeyFunction;
    readonly setHeaders?: boolean;
}
export interface ThrottlerOptions extends CommonOptions {
    readonly name?: string;
    readonly limit: Resolvable<number>;
    readonly ttl: Resolvable<number>;
    readonly blockDuration?: Resolvable<number>;
}
export interface ThrottlerStorageRecord {
    totalHits: number;
    timeToExpire: number;
    isBlocked: boolean;
    timeToBlockExpire: number;
}
export interface ThrottlerLimitDetail extends ThrottlerStorageRecord {
    ttl: number;
    limit: number;
    key: string;
    tracker: string;
}
export interface ThrottlerStorage {
    increment(key: string, ttl: number, limit: number, blockDuration: number, throttlerName: string): Promise<ThrottlerStorageRecord>;
}
export type ThrottlerModuleOptions = readonly ThrottlerOptions[] | (CommonOptions & {
    readonly throttlers: readonly ThrottlerOptions[];
    readonly errorMessage?: string | ((context: ExecutionContext, detail: ThrottlerLimitDetail) => string);
    readonly storage?: ThrottlerStorage;
    readonly ipv6SubnetPrefix?: number;
});
export interface ThrottlerOptionsFactory {
    createThrottlerOptions(): Promise<ThrottlerModuleOptions> | ThrottlerModuleOptions;
}
export type ThrottlerAsyncOptions = ConfigurableModuleAsyncOptions<ThrottlerModuleOptions, 'createThrottlerOptions'>;
export interface ThrottlerMethodOrControllerOptions {
    readonly limit?: Resolvable<number>;
    readonly ttl?: Resolvable<number>;
    readonly blockDuration?: Resolvable<number>;
    readonly getTracker?: ThrottlerGetTrackerFunction;
    readonly generateKey?: ThrottlerGenerateKeyFunction;
}
export {};

// exception.d.ts
import { HttpException } from '@nestjs/common';
import type { Rejection } from '@spillway/core';
import type { Refusal } from '@spillway/http';
export interface RefusalExtensions {
    readonly code: string;
    readonly reason: Rejection['reason'];
    readonly policy: string;
    readonly retryAfterSeconds?: number;
}
export declare class SpillwayException extends HttpException {
    readonly rejection: Rejection;
    readonly refusal: Refusal;
    readonly extensions: RefusalExtensions;
    constructor(rejection: Rejection, refusal: Refusal);
}
export declare function headerOf({ headers }: Refusal, name: string): string | undefined;

// guard.d.ts
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Engine } from './engine.ts';
export declare class SpillwayGuard implements CanActivate {
    #private;
    constructor(engine: Engine, adapters: HttpAdapterHost);
    canActivate(context: ExecutionContext): boolean | Promise<boolean>;
}

// engine.d.ts
import type { OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { Environment } from '@spillway/core';
import type { OverloadHandle } from '@spillway/http';
import { Front } from './front.ts';
import { LimitRegistry } from './limits/registry.ts';
import { MessagePolicies } from './messages.ts';
import type { SpillwayOptions } from './options.ts';
import { type Overload } from './overload.ts';
import { Plans } from './plan.ts';
import { Throttles } from './throttler/throttles.ts';
export declare class Engine implements OnModuleInit {
    #private;
    readonly options: SpillwayOptions<never>;
    readonly environment: Environment;
    readonly registry: LimitRegistry;
    readonly plans: Plans;
    readonly messages: MessagePolicies;
    readonly throttles: Throttles;
    readonly overload: Overload | undefined;
    readonly overloadHandle: OverloadHandle | undefined;
    readonly front: Front | undefined;
    constructor(options: SpillwayOptions<never>, ...nest: readonly [HttpAdapterHost, ModulesContainer, ApplicationConfig]);
    onModuleInit(): void;
}

// front.d.ts
import type { ServerResponse } from 'node:http';
import type { HttpAdapterHost } from '@nestjs/core';
import type { HttpPolicy } from '@spillway/http';
import type { FrontHandler } from './options.ts';
type Next = (error?: unknown) => void;
export declare class Front {
    #private;
    constructor(policy: HttpPolicy<object>, handler: FrontHandler<never> | undefined);
    use(req: object, res: ServerResponse, next: Next): void;
    install(adapter: HttpAdapterHost['httpAdapter'] | undefined): boolean;
}
export {};

// limits/registry.d.ts
import type { Environment } from '@spillway/core';
import type { Placed, PlaceSpec, RateSpec } from '../metadata.ts';
import type { SpillwayOptions } from '../options.ts';
import { type NamedConcurrencyLimit } from './place.ts';
import { type NamedRateLimit } from './rate.ts';
export declare class LimitRegistry {
    #private;
    readonly rates: ReadonlyMap<string, NamedRateLimit>;
    readonly places: ReadonlyMap<string, NamedConcurrencyLimit>;
    constructor({ rateLimits, concurrencyLimits }: SpillwayOptions<never>, environment: Environment);
    rate({ spec }: Placed<RateSpec>, owner: object): NamedRateLimit;
    named(name: string): NamedRateLimit;
    place({ spec }: Placed<PlaceSpec>, owner: object): NamedConcurrencyLimit;
}

// metadata.d.ts
import 'reflect-metadata';
import type { PriorityValue } from '@spillway/http';
import type { NestConcurrencyLimitOptions, NestRateLimitOptions } from './options.ts';
export type RateSpec = string | NestRateLimitOptions<never>;
export type PlaceSpec = string | NestConcurrencyLimitOptions<never>;
export type PrioritySpec = PriorityValue | ((req: never) => PriorityValue | undefined);
export type CostSpec = number | ((req: never) => number | undefined);
export interface Marks {
    readonly rates?: readonly RateSpec[];
    readonly places?: readonly PlaceSpec[];
    readonly priority?: PrioritySpec;
    readonly cost?: CostSpec;
    readonly skips?: readonly string[];
}
export interface Placed<Spec> {
    readonly spec: Spec;
    readonly isOfClass: boolean;
}
export interface HandlerMarks {
    readonly rates: readonly Placed<RateSpec>[];
    readonly places: readonly Placed<PlaceSpec>[];
    readonly priority: PrioritySpec | undefined;
    readonly cost: CostSpec | undefined;
    readonly skipsOverload: boolean;
}
export declare function addMarks(target: object, marks: Marks): void;
export declare function isMarked(classRef: object, handler: object): boolean;
export declare function marksOf(classRef: object, handler: object): HandlerMarks;

// limits/place.d.ts
import type { Environment } from '@spillway/core';
import type { ConcurrencyLimitHandle, ConcurrencyLimitPolicy, HttpPolicy } from '@spillway/http';
import type { NestConcurrencyLimitOptions } from '../options.ts';
export interface NamedConcurrencyLimit extends ConcurrencyLimitHandle {
    readonly policy: ConcurrencyLimitPolicy<object>;
    readonly perRequest: HttpPolicy<object>;
}
export declare function createPlaces(name: string | undefined, options: NestConcurrencyLimitOptions<never>, environment: Environment): NamedConcurrencyLimit;

// limits/rate.d.ts
import type { Environment } from '@spillway/core';
import type { HttpPolicy, RateLimitHandle, RateLimitPolicy } from '@spillway/http';
import type { NestRateLimitOptions } from '../options.ts';
export interface NamedRateLimit extends RateLimitHandle {
    readonly policy: RateLimitPolicy<object>;
}
type CostOf = (req: never) => number | undefined;
export declare function setCost(request: object, cost: CostOf | undefined): void;
export declare function markPassed(policy: HttpPolicy<object>, request: object): void;
export declare function createRate(name: string | undefined, options: NestRateLimitOptions<never>, environment: Environment): NamedRateLimit;
export {};

// messages.d.ts
import type { ExecutionContext } from '@nestjs/common';
import type { Clock } from '@spillway/core';
import type { HttpPolicy } from '@spillway/http';
import { type Plan, type Plans } from './plan.ts';
export interface MessagePoliciesInit {
    readonly plans: Plans;
    readonly unmarked: Plan;
    readonly overload: HttpPolicy<object> | undefined;
    readonly maxHoldMs: number;
    readonly clock: Clock;
}
export declare class MessagePolicies {
    #private;
    constructor(init: MessagePoliciesInit);
    of(context: ExecutionContext, ratesAsked: boolean): {
        readonly plan: Plan;
        readonly policy: HttpPolicy<object> | undefined;
    };
}

// plan.d.ts
import type { HttpPolicy } from '@spillway/http';
import type { NodeGuard } from '@spillway/http/node';
import type { LimitRegistry } from './limits/registry.ts';
import type { HandlerMarks } from './metadata.ts';
type CostOf = (req: never) => number | undefined;
export declare class Plan {
    readonly marks: HandlerMarks;
    readonly cost: CostOf | undefined;
    readonly rates: readonly HttpPolicy<object>[];
    readonly places: readonly HttpPolicy<object>[];
    readonly guard: NodeGuard<object> | undefined;
    readonly graphql: HttpPolicy<object> | undefined;
    constructor(marks: HandlerMarks, registry: LimitRegistry, owners: {
        readonly class: object;
        readonly handler: object;
    });
}
export declare function together(policies: readonly (HttpPolicy<object> | undefined)[]): HttpPolicy<object> | undefined;
export declare class Plans {
    #private;
    constructor(registry: LimitRegistry);
    of(classRef: object, handler: object): Plan | undefined;
}
export {};

// overload.d.ts
import type { Environment, OverloadControl } from '@spillway/core';
import type { OverloadPolicy } from '@spillway/http';
import type { HandlerMarks } from './metadata.ts';
import type { FrontHandler, NestOverloadOptions } from './options.ts';
export interface Overload {
    readonly policy: OverloadPolicy<object, OverloadControl>;
    readonly handler: FrontHandler<never> | undefined;
}
export type FindMarks = (method: string, url: string) => HandlerMarks | undefined;
export declare function createOverload(options: NestOverloadOptions<never>, environment: Environment, find: FindMarks): Overload;

// throttler/throttles.d.ts
import type { ExecutionContext } from '@nestjs/common';
import type { Clock } from '@spillway/core';
import { type ThrottleHooks } from './hooks.ts';
import type { ThrottlerModuleOptions } from './options.ts';
export declare class Throttles {
    #private;
    constructor(options: ThrottlerModuleOptions | undefined, clock: Clock, onlyNamed?: boolean);
    disable(): void;
    appliesTo(classRef: object, handler: object): boolean;
    guard(context: ExecutionContext, hooks?: ThrottleHooks): Promise<true>;
}

// throttler/hooks.d.ts
import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerGenerateKeyFunction, ThrottlerGetTrackerFunction, ThrottlerLimitDetail, ThrottlerModuleOptions } from './options.ts';
export interface RequestResponse {
    readonly req: Record<string, never>;
    readonly res: Record<string, never>;
}
export interface ThrottleHooks {
    readonly getTracker: ThrottlerGetTrackerFunction;
    readonly generateKey: ThrottlerGenerateKeyFunction;
    getRequestResponse(context: ExecutionContext): RequestResponse;
    setHeader(res: Record<string, never>, name: string, value: string | number): void;
    fail(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<unknown>;
}
export declare function defaultHooks(options: ThrottlerModuleOptions): ThrottleHooks;
export declare function trackerOf(req: object, options: ThrottlerModuleOptions): string;
export declare function keyOf(context: ExecutionContext, tracker: string, name: string): string;
export declare function requestResponseOf(context: ExecutionContext): RequestResponse;
export declare function setHeader(res: Record<string, never>, name: string, value: string | number): void;
export declare function messageOf(options: ThrottlerModuleOptions, context: ExecutionContext, detail: ThrottlerLimitDetail): string;
export declare function exceptionOf(context: ExecutionContext, message: string): Promise<Error>;

// interceptor.d.ts
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type Observable } from 'rxjs';
import { Engine } from './engine.ts';
export declare class SpillwayInterceptor implements NestInterceptor {
    #private;
    constructor(engine: Engine);
    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>>;
}

// calls/message.d.ts
import type { ExecutionContext } from '@nestjs/common';
import type { Plan } from '../plan.ts';
export declare class MessageRequest {
    readonly method: 'WS' | 'RPC';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly ip: string | undefined;
    readonly client: unknown;
    readonly data: unknown;
    readonly plan: Plan;
    constructor(context: ExecutionContext, plan: Plan);
}
export declare function addressOf(client: unknown): string | undefined;
export declare function onDeparture(client: unknown, left: () => void): () => void;

// calls/message-refusal.d.ts
import type { ExecutionContext } from '@nestjs/common';
import type { SpillwayException } from '../exception.ts';
export interface RefusedMessage {
    readonly status: 'error';
    readonly message: string;
    readonly code: string;
    readonly reason: string;
    readonly policy: string;
    readonly retryAfterSeconds?: number;
}
export declare function throwMessageRefusal(exception: SpillwayException, context: ExecutionContext): Promise<never>;
export declare function transportException(context: ExecutionContext, error: string | object): Promise<Error>;

// middleware.d.ts
import type { ServerResponse } from 'node:http';
import type { NestMiddleware, Type } from '@nestjs/common';
import { Engine } from './engine.ts';
type Next = (error?: unknown) => void;
export declare class SpillwayMiddleware implements NestMiddleware {
    #private;
    constructor(engine: Engine);
    use(req: object, res: ServerResponse, next: Next): void;
}
export declare function rateLimitMiddleware(name: string): Type<NestMiddleware>;
export {};

// module.d.ts
import type { ConfigurableModuleAsyncOptions, ConfigurableModuleCls, DynamicModule } from '@nestjs/common';
import type { NestRequest, SpillwayOptions } from './options.ts';
export interface SpillwayModuleExtras {
    readonly isGlobal?: boolean;
    readonly guard?: boolean;
}
export type SpillwayAsyncOptions = ConfigurableModuleAsyncOptions<SpillwayOptions<never>, 'createSpillwayOptions'> & SpillwayModuleExtras;
declare const ModuleClass: ConfigurableModuleCls<SpillwayOptions<never>, 'forRoot', 'createSpillwayOptions', SpillwayModuleExtras>;
export declare class SpillwayModule extends ModuleClass {
    static forRoot<Req = NestRequest>(options?: SpillwayOptions<Req> & SpillwayModuleExtras): DynamicModule;
    static forRootAsync(options: SpillwayAsyncOptions): DynamicModule;
}
export {};

// spillway.d.ts
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { OverloadSnapshot, OverloadUpdate } from '@spillway/core';
import type { ConcurrencyLimitSnapshot, OverloadHandle, RateLimitSnapshot, ReadinessReport } from '@spillway/http';
import { Engine } from './engine.ts';
import type { NamedConcurrencyLimit } from './limits/place.ts';
import type { NamedRateLimit } from './limits/rate.ts';
import type { Overload } from './overload.ts';
export interface SpillwaySnapshot {
    readonly overload: OverloadSnapshot | undefined;
    readonly rateLimits: Readonly<Record<string, RateLimitSnapshot>>;
    readonly concurrencyLimits: Readonly<Record<string, ConcurrencyLimitSnapshot>>;
}
export interface SpillwayUpdate {
    readonly overload?: OverloadUpdate;
    readonly rateLimits?: Readonly<Record<string, Parameters<NamedRateLimit['update']>[0]>>;
    readonly concurrencyLimits?: Readonly<Record<string, Parameters<NamedConcurrencyLimit['update']>[0]>>;
}
export declare class Spillway implements BeforeApplicationShutdown, OnApplicationShutdown {
    #private;
    constructor(engine: Engine);
    snapshot(): SpillwaySnapshot;
    update(change: SpillwayUpdate): void;
    get overload(): (OverloadHandle & Pick<Overload, 'policy'>) | undefined;
    rateLimit(name: string): NamedRateLimit;
    concurrencyLimit(name: string): NamedConcurrencyLimit;
    readiness(): ReadinessReport;
    assertReady(): ReadinessReport;
    drain(): void;
    beforeApplicationShutdown(): Promise<void>;
    onApplicationShutdown(): void;
}
