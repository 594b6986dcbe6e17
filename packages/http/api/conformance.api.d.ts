// The public API of @spillway/http/conformance, as emitted. Written by "pnpm api"; do not edit.

// conformance/index.d.ts
import type { ConformanceCase, Harness } from './harness.ts';
export * from './client.ts';
export type * from './harness.ts';
export * from './misbehave.ts';
export * from './resolve.ts';
export * from './serve.ts';
export declare const conformanceCases: readonly ConformanceCase[];
type Claims = Pick<Harness, 'hasHttp2' | 'lacks'>;
export declare function casesFor(harness: Claims): readonly ConformanceCase[];
export declare function leftOut(harness: Claims): readonly {
    readonly name: string;
    readonly why: string;
}[];

// conformance/harness.d.ts
import type { Readable } from 'node:stream';
import type { Server } from 'node:http';
import type { ConcurrencyLimitOptions, OverloadControlOptions, RateLimitOptions } from '../index.ts';
export interface Reply {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string | Readable;
    readonly endTwice?: boolean;
}
export type Application = (request: ApplicationRequest) => Reply | Promise<Reply>;
export interface ApplicationRequest {
    readonly method: string;
    readonly url: string;
    readonly remaining?: number | undefined;
}
export type CallbackName = 'isHealth' | 'fails' | 'costHeader' | 'keyHeader' | 'priorityHeader';
interface ControlOf<Kind extends string, Options> {
    readonly kind: Kind;
    readonly options: Options;
    readonly callbacks?: Readonly<Partial<Record<'skip' | 'keyGenerator' | 'cost' | 'priority', CallbackName>>>;
    readonly handled?: boolean;
}
export type Control = ControlOf<'rateLimit', RateLimitOptions<never>> | ControlOf<'concurrencyLimit', ConcurrencyLimitOptions<never>> | ControlOf<'overloadControl', OverloadControlOptions<never>>;
interface ResolvedControlOf<Kind extends string, Options> extends Pick<Control, 'handled'> {
    readonly kind: Kind;
    readonly options: Options;
}
export type ResolvedControl<Req> = ResolvedControlOf<'rateLimit', RateLimitOptions<Req>> | ResolvedControlOf<'concurrencyLimit', ConcurrencyLimitOptions<Req>> | ResolvedControlOf<'overloadControl', OverloadControlOptions<Req>>;
export interface Setup {
    readonly control: Control;
    readonly application: Application;
    readonly mounts?: number;
    readonly http2?: boolean;
}
export interface Counts {
    readonly inflight: number;
    readonly waiting: number;
    readonly admitted: number;
    readonly released: number;
}
export interface Served {
    readonly port: number;
    counts(): Counts | Promise<Counts>;
    readonly server?: Server;
    close(): Promise<void> | void;
}
export type Capability = 'disconnects' | 'uploadDisconnects' | 'pipelining' | 'slowReaders' | 'refusedUploads' | 'upgrades';
export interface Harness {
    readonly lacks?: Readonly<Partial<Record<Capability, string>>>;
    readonly hasHttp2?: boolean;
    serve(setup: Setup): Promise<Served>;
}
export interface ConformanceCase {
    readonly name: string;
    readonly needs?: readonly Capability[];
    readonly applies?: (harness: Pick<Harness, 'hasHttp2'>) => boolean;
    readonly run: (harness: Harness) => Promise<void>;
}
export {};

// index.d.ts: see index.api.d.ts

// reader.d.ts: see index.api.d.ts

// ticket.d.ts: see index.api.d.ts

// policy.d.ts: see index.api.d.ts

// http-policy.d.ts: see index.api.d.ts

// headers/quota-headers.d.ts: see index.api.d.ts

// options.d.ts: see index.api.d.ts

// callbacks.d.ts: see index.api.d.ts

// refusal/refuser.d.ts: see index.api.d.ts

// request/key.d.ts: see index.api.d.ts

// address/trust.d.ts: see index.api.d.ts

// request/weight.d.ts: see index.api.d.ts

// rate-limit.d.ts: see index.api.d.ts

// quotas.d.ts: see index.api.d.ts

// concurrency-limit.d.ts: see index.api.d.ts

// overload-policy.d.ts: see index.api.d.ts

// overload-control.d.ts: see index.api.d.ts

// combine.d.ts: see index.api.d.ts

// outcome.d.ts: see index.api.d.ts

// headers/structured-field.d.ts: see index.api.d.ts

// refusal/handler-option.d.ts: see index.api.d.ts

// quota-name.d.ts: see index.api.d.ts

// refusal/header-list.d.ts: see index.api.d.ts

// refusal/refusal-error.d.ts: see index.api.d.ts

// address/key.d.ts: see index.api.d.ts

// address/parse.d.ts: see index.api.d.ts

// address/client-ip.d.ts: see index.api.d.ts

// handle.d.ts: see index.api.d.ts

// health/answer.d.ts: see index.api.d.ts

// health/readiness.d.ts: see index.api.d.ts

// health/unready.d.ts: see index.api.d.ts

// conformance/client.d.ts
import { type Agent } from 'node:http';
import { type Socket } from 'node:net';
export declare const patienceMs = 4000;
export declare function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
export interface Deferred<T> {
    readonly promise: Promise<T>;
    readonly resolve: (value: T) => void;
    readonly reject: (reason: unknown) => void;
}
export declare function deferred<T = void>(): Deferred<T>;
export interface Answer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}
export interface Ask {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
    readonly agent?: Agent;
}
export declare function ask(port: number, { method, path, headers, body, agent }?: Ask): Promise<Answer>;
export interface RawClient {
    readonly socket: Socket;
    received(): string;
    isClosed(): boolean;
    leave(): void;
}
export declare function openRaw(port: number, text: string, options?: {
    readonly reads?: boolean;
}): Promise<RawClient>;
export declare function rawRequest(path?: string, headers?: readonly string[]): string;

// conformance/misbehave.d.ts
import type { Application, Served } from './harness.ts';
export interface MisbehaviourOptions {
    readonly requests?: number;
    readonly clients?: number;
    readonly answersUploads?: boolean;
    readonly seed?: number;
}
export interface MisbehaviourReport {
    readonly requests: number;
    readonly answered: number;
}
export declare const faultyPaths: readonly string[];
export declare const faultyApplication: Application;
export declare function misbehave({ port }: Pick<Served, 'port'>, { requests, clients, seed, ...options }?: MisbehaviourOptions): Promise<MisbehaviourReport>;

// conformance/resolve.d.ts
import type { HttpPolicy } from '../policy.ts';
import type { Reader } from '../reader.ts';
import type { Control, Counts, ResolvedControl } from './harness.ts';
export declare function resolveControl<Req>(control: Control, reader: Reader<Req>): ResolvedControl<Req>;
export interface Countable<Req> {
    readonly policy: HttpPolicy<Req>;
    snapshot(): object;
}
export declare function counting<Req>(middleware: Countable<Req>): () => Counts;

// conformance/serve.d.ts
import { Server, type RequestListener } from 'node:http';
import { type Http2Server } from 'node:http2';
import type { Served } from './harness.ts';
export declare function createServerFor(listener: RequestListener, http2?: boolean): Server | Http2Server;
export declare function serve(server: Server | Http2Server, counts: Served['counts']): Promise<Served>;
