// The public API of @spillway/http/conformance, as emitted. Written by "pnpm api"; do not edit.

// conformance/index.d.ts
import type { ConformanceCase, Harness } from './harness.ts';
export * from './client.ts';
export type * from './harness.ts';
export declare const conformanceCases: readonly ConformanceCase[];
export declare function casesFor<Req>(harness: Harness<Req>): readonly ConformanceCase[];

// conformance/harness.d.ts
import type { Readable } from 'node:stream';
import type { Server } from 'node:http';
import type { ConcurrencyLimitOptions, OverloadControlOptions, RateLimitOptions } from '../index.ts';
import type { Reader } from '../reader.ts';
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
}
export type Control<Req> = {
    readonly kind: 'rateLimit';
    readonly options: RateLimitOptions<Req>;
} | {
    readonly kind: 'concurrencyLimit';
    readonly options: ConcurrencyLimitOptions<Req>;
} | {
    readonly kind: 'overloadControl';
    readonly options: OverloadControlOptions<Req>;
};
export interface Setup<Req> {
    readonly control: Control<Req>;
    readonly application: Application;
    readonly mounts?: number;
    readonly http2?: boolean;
}
export interface Served {
    readonly port: number;
    inflight(): number;
    waiting(): number;
    readonly server?: Server;
    close(): Promise<void> | void;
}
export interface Harness<Req> {
    readonly reader: Reader<Req>;
    readonly hasHttp2?: boolean;
    serve(setup: Setup<Req>): Promise<Served>;
}
export interface ConformanceCase {
    readonly name: string;
    readonly applies?: (harness: Pick<Harness<never>, 'hasHttp2'>) => boolean;
    readonly run: <Req>(harness: Harness<Req>) => Promise<void>;
}

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

// concurrency-limit.d.ts: see index.api.d.ts

// overload-policy.d.ts: see index.api.d.ts

// overload-control.d.ts: see index.api.d.ts

// outcome.d.ts: see index.api.d.ts

// refusal/refusal-error.d.ts: see index.api.d.ts

// address/key.d.ts: see index.api.d.ts

// address/parse.d.ts: see index.api.d.ts

// address/client-ip.d.ts: see index.api.d.ts

// handle.d.ts: see index.api.d.ts

// conformance/client.d.ts
import { type Agent } from 'node:http';
import { type Socket } from 'node:net';
export declare const patienceMs = 4000;
export declare function eventually(what: string, condition: () => boolean): Promise<void>;
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
