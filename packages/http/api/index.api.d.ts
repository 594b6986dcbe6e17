// The public API of @spillway/http, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export * from './reader.ts';
export * from './ticket.ts';
export * from './policy.ts';
export { createHttpPolicy } from './http-policy.ts';
export type { HttpPolicyOptions, HttpPolicyParts } from './http-policy.ts';
export * from './rate-limit.ts';
export type { QuotaOptions, RateOptions } from './quotas.ts';
export * from './concurrency-limit.ts';
export * from './overload-policy.ts';
export * from './overload-control.ts';
export { combinePolicies } from './combine.ts';
export { httpOptionNames } from './options.ts';
export type { HttpOptions, ResponseOptions } from './options.ts';
export type { CallbackErrorHook } from './callbacks.ts';
export { outcomeOf } from './outcome.ts';
export type { KeyOptions } from './request/key.ts';
export type { PriorityValue, WeightOptions } from './request/weight.ts';
export { createQuotaHeaders } from './headers/quota-headers.ts';
export type { HeadersDraft, QuotaHeaders, QuotaHeadersOptions } from './headers/quota-headers.ts';
export { sfInteger, sfString, toSeconds } from './headers/structured-field.ts';
export type { Message } from './refusal/refuser.ts';
export { takeHandler } from './refusal/handler-option.ts';
export type { HandlerOption } from './refusal/handler-option.ts';
export { takeQuotaName } from './quota-name.ts';
export type { QuotaNameOption } from './quota-name.ts';
export { toHeaders, toHeadersBesideBody } from './refusal/header-list.ts';
export { createRefusalError, RefusalError } from './refusal/refusal-error.ts';
export { defaultIpv6PrefixBits, ipKey, unknownIpKey } from './address/key.ts';
export type { IpKeyOptions } from './address/key.ts';
export { parseIp } from './address/parse.ts';
export type { IpGroups } from './address/parse.ts';
export { clientIp } from './address/client-ip.ts';
export { createProxyTrust } from './address/trust.ts';
export type { ProxyTrust, TrustProxy } from './address/trust.ts';
export * from './handle.ts';
export * from './health/answer.ts';
export { createReadiness, utilizationOf } from './health/readiness.ts';
export type { Readiness, ReadinessEnvironment, ReadinessOptions, ReadinessSource, ReadinessState, } from './health/readiness.ts';
export type { Fleet, UnreadyOptions } from './health/unready.ts';

// reader.d.ts
export interface Reader<Req> {
    method(req: Req): string;
    url(req: Req): string;
    peerAddress(req: Req): string | undefined;
    header(req: Req, lowerCaseName: string): string | undefined;
}

// ticket.d.ts
import type { Millis, Ticket } from '@spillway/core';
export interface HttpTicketInit {
    readonly key: string;
    readonly keys: Readonly<Record<string, string>> | undefined;
    readonly cost: number;
    readonly priority: number;
    readonly deadline: Millis;
}
export declare class HttpTicket<Req = unknown> implements Ticket {
    readonly key: string;
    readonly keys: Readonly<Record<string, string>> | undefined;
    readonly cost: number;
    readonly priority: number;
    readonly deadline: Millis;
    readonly arrivedAt: Millis;
    startedAt: Millis;
    readonly req: Req;
    constructor(req: Req, now: Millis, init: HttpTicketInit);
}

// policy.d.ts
import type { Outcome, Rejection, Verdict } from '@spillway/core';
import type { HttpTicket } from './ticket.ts';
export interface Refusal {
    readonly status: number;
    readonly headers: readonly string[];
    readonly body: string;
}
export interface RefusalDetails {
    readonly refusal: Refusal;
    readonly rejection: Rejection;
}
export interface RateLimitInfo {
    readonly limit: number;
    readonly used: number;
    readonly remaining: number;
    readonly resetTime: Date;
    readonly key: string;
}
export interface HttpPolicy<Req> {
    readonly name: string;
    readonly settlesAtOnce?: boolean;
    readonly mode: 'respond' | 'error';
    skip(req: Req): boolean;
    ticket(req: Req): HttpTicket<Req>;
    enter(ticket: HttpTicket<Req>): Verdict | Promise<Verdict>;
    leave(ticket: HttpTicket<Req>, outcome: Outcome): void;
    cancel(ticket: HttpTicket<Req>): void;
    outcome(ticket: HttpTicket<Req>, status: number): Outcome;
    refuse(ticket: HttpTicket<Req>, rejection: Rejection): Refusal;
    admitHeaders(ticket: HttpTicket<Req>): readonly string[] | undefined;
    info(ticket: HttpTicket<Req>): RateLimitInfo | undefined;
    readonly callbackFailures?: number;
    arrived?(): void;
}

// http-policy.d.ts
import type { Clock, Described, Gate } from '@spillway/core';
import type { HeadersDraft } from './headers/quota-headers.ts';
import type { HttpOptions } from './options.ts';
import type { HttpPolicy } from './policy.ts';
import type { Reader } from './reader.ts';
export interface HttpPolicyParts<Req = never> {
    readonly gate: Gate;
    readonly clock: Clock;
    readonly quotas?: Described;
    readonly owner?: string;
    readonly defaultName?: string;
    readonly defaultHeaders?: HeadersDraft | false;
    readonly defaultKey?: 'address' | 'none';
    readonly namedKeys?: ReadonlyMap<string, (req: Req) => string | number | undefined>;
    readonly settlesAtOnce?: boolean;
}
export type HttpPolicyOptions<Req> = HttpPolicyParts<Req> & HttpOptions<Req>;
export declare function createHttpPolicy<Req>(reader: Reader<Req>, options: HttpPolicyOptions<Req>): HttpPolicy<Req>;

// headers/quota-headers.d.ts
import type { Quota, WallTime } from '@spillway/core';
export type HeadersDraft = 'draft-6' | 'draft-7' | 'draft-8' | 'draft-10';
export interface QuotaHeadersOptions {
    readonly standardHeaders: boolean | HeadersDraft;
    readonly legacyHeaders: boolean;
    readonly wallTime: WallTime;
}
export type QuotaHeaders = (into: string[], quotas: readonly Quota[]) => void;
export declare function createQuotaHeaders(options: QuotaHeadersOptions): QuotaHeaders | undefined;
export declare function strictest(quotas: readonly Quota[]): Quota | undefined;

// options.d.ts
import type { Random, Rejection, WallTime } from '@spillway/core';
import type { CallbackErrorHook } from './callbacks.ts';
import type { HeadersDraft } from './headers/quota-headers.ts';
import type { Message } from './refusal/refuser.ts';
import type { KeyOptions } from './request/key.ts';
import type { WeightOptions } from './request/weight.ts';
export interface ResponseOptions<Req> {
    readonly name?: string;
    readonly identifier?: string;
    readonly statusCode?: number;
    readonly message?: Message | ((req: Req, rejection: Rejection) => Message | undefined);
    readonly mode?: 'respond' | 'error';
    readonly standardHeaders?: boolean | HeadersDraft;
    readonly legacyHeaders?: boolean;
    readonly retryAfterJitterRatio?: number;
    readonly envoyHeaders?: boolean;
}
export interface HttpOptions<Req> extends ResponseOptions<Req>, KeyOptions<Req>, WeightOptions<Req> {
    readonly skip?: (req: Req) => boolean;
    readonly skipFailedRequests?: boolean;
    readonly skipSuccessfulRequests?: boolean;
    readonly requestWasSuccessful?: (req: Req, status: number) => boolean;
    readonly onCallbackError?: CallbackErrorHook;
    readonly random?: Random;
    readonly wallTime?: WallTime;
}
export declare const httpOptionNames: readonly string[];
export interface Presentation {
    readonly statusCode: number | undefined;
    readonly mode: 'respond' | 'error';
    readonly standardHeaders: boolean | HeadersDraft;
    readonly legacyHeaders: boolean;
    readonly retryAfterJitterRatio: number;
    readonly envoyHeaders: boolean;
    readonly random: Random;
    readonly wallTime: WallTime;
}
export declare function checkPresentation<Req>(owner: string, options: HttpOptions<Req>, standardHeaders: boolean | HeadersDraft): Presentation;
export declare function checkName<Req>(owner: string, options: ResponseOptions<Req>, fallback: string): string;
export declare function checkFlag(owner: string, option: string, value: unknown): boolean;

// callbacks.d.ts
export type CallbackErrorHook = (error: unknown, option: string) => void;
export declare class Callbacks {
    #private;
    constructor(hook: CallbackErrorHook | undefined);
    get failures(): number;
    guard<Args extends readonly unknown[], T>(option: string, callback: (...args: Args) => unknown, accept: (value: unknown) => T): (...args: Args) => T | undefined;
}

// refusal/refuser.d.ts
import type { Quota, Random, Rejection } from '@spillway/core';
import type { QuotaHeaders } from '../headers/quota-headers.ts';
import type { Refusal, RefusalDetails } from '../policy.ts';
export type Message = string | Readonly<Record<string, unknown>> | readonly unknown[];
export interface RefuserOptions {
    readonly statusCode: number | undefined;
    readonly message: Message | undefined;
    readonly retryAfterJitterRatio: number;
    readonly random: Random;
    readonly envoyHeaders?: boolean;
    readonly quotaHeaders: QuotaHeaders | undefined;
}
export interface RefusalContext {
    readonly head: boolean;
    readonly quotas: readonly Quota[];
    readonly message: Message | undefined;
}
export declare const clientLeft: RefusalDetails;
export declare class Refuser {
    #private;
    constructor(options: RefuserOptions);
    refuse(rejection: Rejection, context: RefusalContext): Refusal;
}
interface Encoded {
    readonly type: string;
    readonly body: string;
}
export declare function encode(message: Message): Encoded;
export {};

// request/key.d.ts
import type { TrustProxy } from '../address/trust.ts';
import type { Callbacks } from '../callbacks.ts';
import type { Reader } from '../reader.ts';
export interface KeyOptions<Req> {
    readonly keyGenerator?: (req: Req) => string | number | undefined;
    readonly keys?: (req: Req) => Readonly<Record<string, string>> | undefined;
    readonly ipv6PrefixBits?: number;
    readonly ipv6Subnet?: number | false;
    readonly trustProxy?: TrustProxy;
    readonly forwardedHeader?: string;
}
export declare function addressKey<Req>(owner: string, reader: Reader<Req>, options: KeyOptions<Req>): (req: Req) => string;
export declare function keyOf<Req>(owner: string, options: KeyOptions<Req>, callbacks: Callbacks, fallback: (req: Req) => string): (req: Req) => string;
export type NamedKeys<Req> = ReadonlyMap<string, (req: Req) => string | number | undefined>;
type Keys = Record<string, string>;
export declare function keysOf<Req>(owner: string, options: KeyOptions<Req>, callbacks: Callbacks, named?: NamedKeys<Req>): (req: Req) => Readonly<Keys> | undefined;
export declare function checkHeaderName(owner: string, option: string, value: unknown): string;
export {};

// address/trust.d.ts
export type TrustProxy = false | number | string | readonly string[];
export interface ProxyTrust {
    trusts(address: string | undefined, hop: number): boolean;
}
export declare function createProxyTrust(owner: string, trustProxy: TrustProxy): ProxyTrust | undefined;

// request/weight.d.ts
import type { Millis, PriorityName } from '@spillway/core';
import type { Callbacks } from '../callbacks.ts';
import type { Reader } from '../reader.ts';
export type PriorityValue = PriorityName | number;
export interface WeightOptions<Req> {
    readonly cost?: number | ((req: Req) => number | undefined);
    readonly priority?: PriorityValue | ((req: Req) => PriorityValue | undefined);
    readonly trustPriorityHeader?: string;
    readonly deadlineMs?: Millis | ((req: Req) => Millis | undefined);
    readonly trustDeadlineHeader?: string;
}
export declare function costOf<Req>(owner: string, options: WeightOptions<Req>, callbacks: Callbacks): (req: Req) => number;
export declare function priorityOf<Req>(owner: string, reader: Reader<Req>, options: WeightOptions<Req>, callbacks: Callbacks): (req: Req) => number;
export declare function deadlineOf<Req>(owner: string, reader: Reader<Req>, options: WeightOptions<Req>, callbacks: Callbacks): (req: Req) => Millis;

// rate-limit.d.ts
import type { Environment, KeyedRateLimiter } from '@spillway/core';
import type { HttpOptions } from './options.ts';
import type { HttpPolicy, RateLimitInfo } from './policy.ts';
import type { QuotaOptions, RateOptions } from './quotas.ts';
import type { Reader } from './reader.ts';
export interface RateLimitOptions<Req> extends HttpOptions<Req>, Partial<RateOptions> {
    readonly limits?: readonly QuotaOptions<Req>[];
}
export interface RateLimitPolicy<Req> extends HttpPolicy<Req> {
    readonly limiter: KeyedRateLimiter;
    readonly limiters: ReadonlyMap<string, KeyedRateLimiter>;
}
export declare function createRateLimitPolicy<Req>(reader: Reader<Req>, environment: Environment, options: RateLimitOptions<Req>): RateLimitPolicy<Req>;
export interface QuotaExposure<Req> {
    readonly expose: (req: Req, info: RateLimitInfo) => void;
    readonly refused: boolean;
}
export declare function exposingQuota<Req>(policy: RateLimitPolicy<Req>, exposure: QuotaExposure<Req>): RateLimitPolicy<Req>;

// quotas.d.ts
import { KeyedRateLimiter } from '@spillway/core';
import type { HttpOptions } from './options.ts';
export interface RateOptions {
    readonly limit: number;
    readonly windowMs?: number;
    readonly burst?: number;
    readonly blockMs?: number;
    readonly maxKeys?: number;
}
export interface QuotaOptions<Req> extends RateOptions {
    readonly name: string;
    readonly keyGenerator?: (req: Req) => string | number | undefined;
}
export declare function limitsOf<Req>(owner: string, options: HttpOptions<Req> & Partial<RateOptions> & {
    readonly limits?: readonly QuotaOptions<Req>[];
}): readonly QuotaOptions<Req>[];
export declare function createLimiter<Req>({ keyGenerator, windowMs, ...rate }: QuotaOptions<Req>): KeyedRateLimiter;

// concurrency-limit.d.ts
import { ConcurrencyLimiter } from '@spillway/core';
import type { Environment, Limit } from '@spillway/core';
import type { HttpOptions } from './options.ts';
import type { HttpPolicy } from './policy.ts';
import type { Reader } from './reader.ts';
import type { KeyOptions } from './request/key.ts';
export interface ConcurrencyLimitOptions<Req> extends Omit<HttpOptions<Req>, keyof KeyOptions<Req> | 'cost'> {
    readonly limit: number | Limit;
    readonly maxQueue?: number;
    readonly maxWaitMs?: number;
}
export interface ConcurrencyLimitPolicy<Req> extends HttpPolicy<Req> {
    readonly limiter: ConcurrencyLimiter;
    waiting(): number;
}
export declare function createConcurrencyPolicy<Req>(reader: Reader<Req>, environment: Environment, options: ConcurrencyLimitOptions<Req>): ConcurrencyLimitPolicy<Req>;

// overload-policy.d.ts
import type { Environment, Gate } from '@spillway/core';
import type { HttpOptions } from './options.ts';
import type { HttpPolicy } from './policy.ts';
import type { Reader } from './reader.ts';
export interface OverloadGate extends Gate {
    arrived(): void;
}
export type CreateControl<Options, Control extends OverloadGate> = (environment: Environment, options: Options) => Control;
export interface OverloadPolicy<Req, Control extends OverloadGate> extends HttpPolicy<Req> {
    readonly control: Control;
    arrived(): void;
}
export interface OverloadPolicyInit<Req, Options, Control extends OverloadGate> {
    readonly reader: Reader<Req>;
    readonly environment: Environment;
    readonly options: HttpOptions<Req> & Options;
    readonly create: CreateControl<Options, Control>;
}
export declare function createOverloadPolicyWith<Req, Options extends object, Control extends OverloadGate>(init: OverloadPolicyInit<Req, Options, Control>): OverloadPolicy<Req, Control>;

// overload-control.d.ts
import type { Environment, OverloadControl, OverloadOptions } from '@spillway/core';
import type { HttpOptions } from './options.ts';
import type { OverloadPolicy } from './overload-policy.ts';
import type { Reader } from './reader.ts';
export interface OverloadControlOptions<Req> extends HttpOptions<Req>, Omit<OverloadOptions, 'name' | 'mode'> {
}
export declare function createOverloadPolicy<Req>(reader: Reader<Req>, environment: Environment, options?: OverloadControlOptions<Req>): OverloadPolicy<Req, OverloadControl>;

// combine.d.ts
import type { HttpPolicy } from './policy.ts';
export declare function combinePolicies<Req>(policies: readonly HttpPolicy<Req>[]): HttpPolicy<Req>;

// outcome.d.ts
import type { Outcome } from '@spillway/core';
import type { Callbacks } from './callbacks.ts';
import type { HttpOptions } from './options.ts';
export declare function outcomeOf(status: number): Outcome;
export declare function createOutcome<Req>(owner: string, options: HttpOptions<Req>, callbacks: Callbacks): (req: Req, status: number) => Outcome;

// headers/structured-field.d.ts
export declare function printable(name: string): string;
export declare function sfString(name: string): string;
export declare function sfInteger(value: number): string;
export declare function toSeconds(ms: number): number;

// refusal/handler-option.d.ts
export interface HandlerOption<Handler> {
    readonly handler?: Handler;
}
export declare function takeHandler<Handler, Options extends HandlerOption<Handler>>(owner: string, options: Options & HandlerOption<Handler>): {
    readonly handler: Handler | undefined;
    readonly rest: Omit<Options, 'handler'>;
};

// quota-name.d.ts
export interface QuotaNameOption {
    readonly requestPropertyName?: string;
}
export declare function takeQuotaName<Options extends QuotaNameOption>(options: Options): {
    readonly quotaName: string;
    readonly rest: Omit<Options, 'requestPropertyName'>;
};

// refusal/header-list.d.ts
export declare function toHeaders(list: readonly string[]): Record<string, string>;
export declare function toHeadersBesideBody(list: readonly string[]): Record<string, string>;

// refusal/refusal-error.d.ts
import type { Rejection } from '@spillway/core';
import type { Refusal } from '../policy.ts';
export declare class RefusalError extends Error {
    readonly name = "RefusalError";
    readonly code = "SPILLWAY_REFUSED";
    readonly status: number;
    readonly statusCode: number;
    readonly expose = true;
    readonly headers: Readonly<Record<string, string>>;
    readonly refusal: Refusal;
    constructor(rejection: Rejection, refusal: Refusal);
}
export declare function createRefusalError(rejection: Rejection, refusal: Refusal): RefusalError;

// address/key.d.ts
export interface IpKeyOptions {
    readonly ipv6PrefixBits?: number;
    readonly translated?: boolean;
}
export declare const unknownIpKey = "unknown";
export declare const defaultIpv6PrefixBits = 56;
export declare function ipKey(address: string | undefined, options?: IpKeyOptions): string;
export declare function ipKeyOf(address: string | undefined, ipv6PrefixBits: number, translated?: boolean): string;

// address/parse.d.ts
export type IpGroups = readonly number[];
export declare function parseIp(text: string): IpGroups | undefined;
export declare function stripPort(text: string): string;
export declare function parseIpv4(text: string, start: number, end: number): number;

// address/client-ip.d.ts
import type { ProxyTrust } from './trust.ts';
export declare function clientIp(peer: string | undefined, header: string | undefined, trust: ProxyTrust | undefined, syntax?: 'list' | 'forwarded'): string | undefined;

// handle.d.ts
import type { Clock, OverloadControl } from '@spillway/core';
import type { ConcurrencyLimitPolicy } from './concurrency-limit.ts';
import type { RateLimitPolicy } from './rate-limit.ts';
export interface RateLimitSnapshot {
    readonly name: string;
    readonly keys: number;
    readonly bytes: number;
}
export interface RateLimitChange {
    readonly limit?: number;
    readonly windowMs?: number;
    readonly burst?: number;
    readonly name?: string;
}
export interface RateLimitHandle {
    snapshot(): RateLimitSnapshot;
    update(change: RateLimitChange): void;
    resetKey(key: string, name?: string): boolean;
}
export declare function rateLimitHandle(policy: Pick<RateLimitPolicy<never>, 'name' | 'limiter' | 'limiters'>, clock: Clock): RateLimitHandle;
export interface ConcurrencyLimitSnapshot {
    readonly name: string;
    readonly limit: number;
    readonly inflight: number;
    readonly waiting: number;
}
export interface ConcurrencyLimitHandle {
    snapshot(): ConcurrencyLimitSnapshot;
    update(change: {
        readonly limit: number;
    }): void;
}
type ConcurrencyParts = Pick<ConcurrencyLimitPolicy<never>, 'name' | 'limiter' | 'waiting'>;
export declare function concurrencyLimitHandle(policy: ConcurrencyParts): ConcurrencyLimitHandle;
export type OverloadHandle = Pick<OverloadControl, 'snapshot' | 'update' | 'drain' | 'close'>;
export declare function overloadHandle(control: OverloadControl): OverloadHandle;
export {};

// health/answer.d.ts
export interface HealthAnswer {
    readonly status: 200 | 503;
    readonly headers: readonly string[];
    readonly body: string;
}
export interface ReadinessReport {
    readonly ready: boolean;
    readonly reasons: readonly ReadinessReason[];
}
export type ReadinessReason = 'starting' | 'draining' | 'overloaded' | 'utilized';
export declare function livenessAnswer(): HealthAnswer;
export declare function startupAnswer(isStarted: boolean): HealthAnswer;
export declare function readinessAnswer({ ready, reasons }: ReadinessReport): HealthAnswer;

// health/readiness.d.ts
import type { Environment, Random } from '@spillway/core';
import type { HealthAnswer, ReadinessReport } from './answer.ts';
import type { UnreadyOptions } from './unready.ts';
export interface ReadinessState {
    readonly draining: boolean;
    readonly overloaded: boolean;
    readonly started?: boolean;
    readonly inflight?: number;
    readonly limit?: number;
    readonly pressure?: number;
}
export interface ReadinessSource {
    snapshot(): ReadinessState;
}
export interface ReadinessOptions extends UnreadyOptions {
    readonly failWhenOverloaded?: boolean;
}
export declare function utilizationOf({ inflight, limit, pressure }: Partial<ReadinessState>): number;
export declare class Readiness {
    #private;
    constructor(source: ReadinessSource, options: ReadinessOptions, { clock, random }: ReadinessEnvironment);
    report(): ReadinessReport;
    answer(): HealthAnswer;
}
export type ReadinessEnvironment = Pick<Environment, 'clock'> & {
    readonly random: Random;
};
export declare function createReadiness(source: ReadinessSource, options?: ReadinessOptions, environment?: ReadinessEnvironment): Readiness;

// health/unready.d.ts
import type { Millis, Random } from '@spillway/core';
export interface Fleet {
    readonly total: number;
    readonly unready: number;
}
export interface UnreadyOptions {
    readonly unreadyAbove?: number;
    readonly readyBelow?: number;
    readonly forMs?: Millis;
    readonly jitterRatio?: number;
    readonly maxUnreadyFraction?: number;
    readonly members?: number | (() => number | Fleet);
}
export declare const unreadyOptionNames: readonly string[];
export declare class UnreadyRule {
    #private;
    failures: number;
    constructor(owner: string, options: UnreadyOptions & {
        readonly unreadyAbove: number;
    }, random: Random);
    observe(utilization: number, now: Millis): boolean;
}
