// The public API of @spillway/node, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export { nodeEnvironment } from './environment.ts';
export type { NodeEnvironmentOptions } from './environment.ts';
export { eventLoopDelaySignal } from './event-loop-delay.ts';
export type { EventLoopDelayOptions } from './event-loop-delay.ts';
export { eventLoopUtilizationSignal } from './event-loop-utilization.ts';
export type { EventLoopUtilizationOptions, LoopTimes } from './event-loop-utilization.ts';
export { gcSignal } from './gc.ts';
export type { CollectionSource, GcOptions } from './gc.ts';
export { heapSignal } from './heap.ts';
export type { HeapOptions, HeapSize } from './heap.ts';
export { memorySignal } from './memory.ts';
export type { MemoryOptions } from './memory.ts';
export { memoryLimitBytes } from './memory-limit.ts';
export type { MemoryLimitSources } from './memory-limit.ts';
export { pressureSignals } from './pressure-signals.ts';
export type { MemoryUse, PressureSignalsOptions } from './pressure-signals.ts';
export { detectRuntime } from './runtime.ts';
export type { Runtime } from './runtime.ts';
export { sampledSignal } from './sampled-signal.ts';
export type { SampledSignal, SampledSignalInit, SamplingOptions, Source } from './sampled-signal.ts';
export { Sampler } from './sampler.ts';
export type { Sample } from './sampler.ts';
export { concurrencyLimit } from './middleware/concurrency-limit.ts';
export type { ConcurrencyLimitHandler } from './middleware/concurrency-limit.ts';
export { overloadControl, protect } from './middleware/overload-control.ts';
export type { OverloadControlHandler, ProtectedListener } from './middleware/overload-control.ts';
export { rateLimit } from './middleware/rate-limit.ts';
export type { RateLimitHandler, RateLimitMiddlewareOptions } from './middleware/rate-limit.ts';
export type { NodeMiddleware, RefusalHandler, RefusalOptions } from './middleware/refusal.ts';
export type { NodeListener, ProtectableServer } from './server/action.ts';
export type { ScaledAction, ServerActionOptions, ServerActionUpdate } from './server/actions.ts';
export type { ConcurrentStreamsOptions } from './server/concurrent-streams.ts';
export type { ConnectionCapOptions } from './server/connection-cap.ts';
export type { DrainOptions, DrainPhase, DrainReport } from './server/drain.ts';
export { drainOnSignal } from './server/drain-on-signal.ts';
export type { DrainOnSignalOptions, SignalSource } from './server/drain-on-signal.ts';
export { liveness, readiness, startup } from './server/health.ts';
export type { HealthOptions } from './server/health.ts';
export { protectServer } from './server/protect-server.ts';
export type { ProtectServerOptions, ServerProtection, ServerSnapshot, ServerUpdate } from './server/protect-server.ts';
export type { TimeoutScalingOptions } from './server/timeouts.ts';
export { encodeLoadReport } from './load-report/encode.ts';
export type { LoadReport, LoadReportFormat, LoadReportHeader } from './load-report/encode.ts';
export type { LoadReportOptions } from './load-report/reporter.ts';

// environment.d.ts
import { type Clock, type Environment, type EventLoop } from '@spillway/core';
import type { Random, Signal } from '@spillway/core';
export interface NodeEnvironmentOptions {
    readonly clock?: Clock;
    readonly loop?: EventLoop;
    readonly random?: Random;
    readonly signals?: readonly Signal[];
}
export declare function nodeEnvironment(options?: NodeEnvironmentOptions): Environment;

// event-loop-delay.d.ts
import { type Millis } from '@spillway/core';
import { type SampledSignal, type SamplingOptions, type Source } from './sampled-signal.ts';
export interface EventLoopDelayOptions extends SamplingOptions {
    readonly limitMs?: Millis;
    readonly windowMs?: Millis;
    readonly resolutionMs?: Millis;
    readonly source?: Source;
}
export declare function eventLoopDelaySignal(options?: EventLoopDelayOptions): SampledSignal;
export interface DelayHistogram {
    readonly mean: number;
    enable(): unknown;
    disable(): unknown;
    reset(): void;
}
export declare function histogramDelay(histogram: DelayHistogram, resolutionMs: Millis): Source;

// sampled-signal.d.ts
import type { Millis, Signal } from '@spillway/core';
import { type Sampler } from './sampler.ts';
export interface Source {
    start?(sampler: Sampler): void;
    stop?(): void;
    read(now: Millis): number | undefined;
}
export interface SampledSignal extends Signal, Disposable {
    readonly reading: number;
    start(): void;
    stop(): void;
}
export interface SamplingOptions {
    readonly sampler?: Sampler;
}
export interface SampledSignalInit {
    readonly name: string;
    readonly source: Source;
    readonly periodMs: Millis;
    readonly limit: number;
    readonly sampler: Sampler | undefined;
}
export declare function sampledSignal(init: SampledSignalInit): SampledSignal;

// sampler.d.ts
import { type Clock, type Millis } from '@spillway/core';
export type Sample = (now: Millis, lateMs: Millis) => void;
export declare class Sampler {
    #private;
    failures: number;
    constructor(clock?: Clock);
    get clock(): Clock;
    every(periodMs: Millis, sample: Sample): () => void;
}
export declare const sharedSampler: Sampler;

// event-loop-utilization.d.ts
import { type Millis } from '@spillway/core';
import { type SampledSignal, type SamplingOptions } from './sampled-signal.ts';
export interface LoopTimes {
    readonly active: Millis;
    readonly idle: Millis;
}
export interface EventLoopUtilizationOptions extends SamplingOptions {
    readonly limit?: number;
    readonly windowMs?: Millis;
    readonly times?: () => LoopTimes;
}
export declare function eventLoopUtilizationSignal(options?: EventLoopUtilizationOptions): SampledSignal;

// gc.d.ts
import { type Millis } from '@spillway/core';
import { type HeapSize } from './heap.ts';
import { type SampledSignal, type SamplingOptions } from './sampled-signal.ts';
export type CollectionSource = (onCollection: (durationMs: Millis, major: boolean) => void) => () => void;
export interface GcOptions extends SamplingOptions {
    readonly limit?: number;
    readonly liveLimit?: number;
    readonly windowMs?: Millis;
    readonly horizonMs?: Millis;
    readonly collections?: CollectionSource | undefined;
    readonly heap?: () => HeapSize | undefined;
}
export declare function gcSignal(options?: GcOptions): SampledSignal;

// heap.d.ts
import { type Millis } from '@spillway/core';
import { type SampledSignal, type SamplingOptions } from './sampled-signal.ts';
export interface HeapSize {
    readonly usedBytes: number;
    readonly limitBytes: number | undefined;
}
export interface HeapOptions extends SamplingOptions {
    readonly limit?: number;
    readonly periodMs?: Millis;
    readonly heap?: () => HeapSize | undefined;
}
export declare function heapSignal(options?: HeapOptions): SampledSignal;
export declare function readHeap(): HeapSize | undefined;

// memory.d.ts
import { type Millis } from '@spillway/core';
import { type SampledSignal, type SamplingOptions } from './sampled-signal.ts';
export interface MemoryOptions extends SamplingOptions {
    readonly limit?: number;
    readonly periodMs?: Millis;
    readonly limitBytes?: number;
    readonly rss?: () => number | undefined;
}
export declare function memorySignal(options?: MemoryOptions): SampledSignal;

// memory-limit.d.ts
export interface MemoryLimitSources {
    readonly readFile: (path: string) => string | undefined;
    readonly constrainedMemory: () => number | undefined;
}
export declare function memoryLimitBytes(sources?: MemoryLimitSources): number | undefined;

// pressure-signals.d.ts
import { type Millis } from '@spillway/core';
import type { SampledSignal, SamplingOptions } from './sampled-signal.ts';
export interface MemoryUse {
    readonly heapUsed: number;
    readonly rss: number;
}
export interface PressureSignalsOptions extends SamplingOptions {
    readonly maxEventLoopDelay?: Millis;
    readonly maxHeapUsedBytes?: number;
    readonly maxRssBytes?: number;
    readonly maxEventLoopUtilization?: number;
    readonly sampleInterval?: Millis;
    readonly memoryUsage?: () => MemoryUse | undefined;
}
export declare function pressureSignals(options: PressureSignalsOptions): readonly SampledSignal[];

// runtime.d.ts
import type * as asyncHooks from 'node:async_hooks';
import type * as fs from 'node:fs';
import type * as perfHooks from 'node:perf_hooks';
import type * as v8 from 'node:v8';
import type * as workerThreads from 'node:worker_threads';
export type Runtime = 'node' | 'bun' | 'deno' | 'workerd' | 'unknown';
export declare function detectRuntime(host?: unknown): Runtime;
export declare function hostProcess(): NodeJS.Process | undefined;
export declare const builtins: {
    asyncHooks: () => typeof asyncHooks | undefined;
    perfHooks: () => typeof perfHooks | undefined;
    v8: () => typeof v8 | undefined;
    workerThreads: () => typeof workerThreads | undefined;
    fs: () => typeof fs | undefined;
};
export declare function attempt<T>(read: () => T): T | undefined;
export declare function realLimit(bytes: number | undefined): number | undefined;
export type ContextRunner = <T>(fn: () => T) => T;
export declare function captureContext(): ContextRunner;

// middleware/concurrency-limit.d.ts
import type { IncomingMessage } from 'node:http';
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http';
import type { NodeMiddleware, RefusalOptions } from './refusal.ts';
export type ConcurrencyLimitHandler = NodeMiddleware & ConcurrencyLimitHandle & {
    readonly policy: ConcurrencyLimitPolicy<IncomingMessage>;
};
export declare function concurrencyLimit(options: ConcurrencyLimitOptions<IncomingMessage> & RefusalOptions): ConcurrencyLimitHandler;

// middleware/refusal.d.ts
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HandlerOption } from '@spillway/http';
import type { ConnectHandler, Next } from '@spillway/http/node';
export type NodeMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;
export type RefusalHandler = ConnectHandler<IncomingMessage, ServerResponse>;
export type RefusalOptions = HandlerOption<RefusalHandler>;

// middleware/overload-control.d.ts
import type { IncomingMessage, RequestListener } from 'node:http';
import type { OverloadControl } from '@spillway/core';
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http';
import type { NodeListener } from '../server/action.ts';
import type { NodeMiddleware, RefusalOptions } from './refusal.ts';
type Handle = OverloadHandle & {
    readonly policy: OverloadPolicy<IncomingMessage, OverloadControl>;
};
export type OverloadControlHandler = NodeMiddleware & Handle;
export type ProtectedListener = NodeListener & Handle;
export declare function overloadControl(options?: OverloadControlOptions<IncomingMessage> & RefusalOptions): OverloadControlHandler;
export declare function protect(handler: RequestListener | NodeListener, options?: OverloadControlOptions<IncomingMessage>): ProtectedListener;
export {};

// server/action.d.ts
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Millis, OverloadSnapshot, PressureScale, Random } from '@spillway/core';
import type { Connections } from './connections.ts';
export type ProtectableServer = HttpServer | HttpsServer | Http2Server | Http2SecureServer;
export interface NodeListener {
    (req: IncomingMessage, res: ServerResponse): void;
    (req: Http2ServerRequest, res: Http2ServerResponse): void;
}
export interface ActionContext {
    readonly server: ProtectableServer;
    readonly connections: Connections;
    readonly random: Random;
    load(): Pick<OverloadSnapshot, 'limit' | 'overloaded'>;
}
export interface ServerAction {
    readonly scale: PressureScale | undefined;
    start?(context: ActionContext): void;
    apply?(level: number, now: Millis): void;
    fits?(server: ProtectableServer): boolean;
    request?(req: IncomingMessage, res: ServerResponse): void;
    restore?(): void;
}

// server/connections.d.ts
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { ProtectableServer } from './action.ts';
export declare class Connections {
    #private;
    constructor(server: ProtectableServer);
    get sessions(): ReadonlySet<ServerHttp2Session>;
    owed(): ServerResponse[];
    busy(): number;
    destroy(): void;
    stop(): void;
}

// middleware/rate-limit.d.ts
import type { IncomingMessage } from 'node:http';
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http';
import type { NodeMiddleware, RefusalOptions } from './refusal.ts';
declare module 'node:http' {
    interface IncomingMessage {
        rateLimit?: RateLimitInfo;
    }
}
export interface RateLimitMiddlewareOptions extends RateLimitOptions<IncomingMessage>, RefusalOptions, QuotaNameOption {
}
export type RateLimitHandler = NodeMiddleware & RateLimitHandle & {
    readonly policy: RateLimitPolicy<IncomingMessage>;
};
export declare function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler;

// server/actions.d.ts
import { type Millis, type PressureScale } from '@spillway/core';
import { type Linger, type LingerOptions } from '@spillway/http/node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionContext } from './action.ts';
import { type ConcurrentStreamsOptions } from './concurrent-streams.ts';
import { type ConnectionCapOptions } from './connection-cap.ts';
import { type TimeoutScalingOptions } from './timeouts.ts';
export interface ServerActionOptions {
    readonly keepAlive?: PressureScale | false;
    readonly timeouts?: TimeoutScalingOptions | false;
    readonly connections?: ConnectionCapOptions | boolean;
    readonly checkContinue?: boolean;
    readonly lingeringClose?: LingerOptions | false;
    readonly concurrentStreams?: ConcurrentStreamsOptions | false;
}
export type ScaledAction = 'keepAlive' | 'timeouts' | 'connections';
export type ServerActionUpdate = {
    readonly [Name in ScaledAction]?: PressureScale | false;
};
export declare class Actions {
    #private;
    readonly linger: Linger | false;
    constructor(options: ServerActionOptions);
    start(context: ActionContext): void;
    apply(pressure: number, now: Millis): void;
    request(req: IncomingMessage, res: ServerResponse): void;
    restore(): void;
    levels(): Readonly<Record<ScaledAction, number>>;
    prepare(change: ServerActionUpdate): () => void;
}

// server/concurrent-streams.d.ts
import type { ServerResponse } from 'node:http';
import { type Millis } from '@spillway/core';
import type { ActionContext, ProtectableServer, ServerAction } from './action.ts';
export interface ConcurrentStreamsOptions {
    readonly headroom?: number;
    readonly minStreams?: number;
    readonly holdMs?: Millis;
}
export declare function checkConcurrentStreams(owner: string, options: ConcurrentStreamsOptions): Required<ConcurrentStreamsOptions>;
export declare function streamsPerSession(limit: number, sessions: number, { headroom, minStreams }: Pick<Required<ConcurrentStreamsOptions>, 'headroom' | 'minStreams'>): number;
export declare function isWorthTelling(wanted: number, sent: number): boolean;
export declare class ConcurrentStreams implements ServerAction {
    #private;
    readonly scale: undefined;
    constructor(options: Required<ConcurrentStreamsOptions>);
    start(context: ActionContext): void;
    fits(server: ProtectableServer): boolean;
    request(_req: unknown, res: ServerResponse): void;
    apply(_level: number, now: Millis): void;
    restore(): void;
}

// server/connection-cap.d.ts
import { type Millis, type PressureScale } from '@spillway/core';
import type { ActionContext, ServerAction } from './action.ts';
export interface ConnectionCapOptions extends PressureScale {
    readonly spare?: number;
}
export declare function checkSpare(owner: string, spare?: number): number;
export declare class ConnectionCap implements ServerAction {
    #private;
    readonly scale: PressureScale | undefined;
    constructor(scale: PressureScale | undefined, spare: number);
    start({ server }: ActionContext): void;
    apply(level: number, _now: Millis): void;
    restore(): void;
}

// server/timeouts.d.ts
import { type Millis, type PressureScale } from '@spillway/core';
import type { ActionContext, ServerAction } from './action.ts';
export interface TimeoutScalingOptions extends PressureScale {
    readonly shareAtFull?: number;
}
export declare function checkShare(owner: string, share?: number): number;
export declare function scaledTimeout(ms: Millis, level: number, shareAtFull: number, shortest: Millis): Millis;
export declare class TimeoutScaling implements ServerAction {
    #private;
    readonly scale: PressureScale | undefined;
    constructor(scale: PressureScale | undefined, shareAtFull: number);
    start({ server }: ActionContext): void;
    apply(level: number, _now: Millis): void;
    restore(): void;
}

// server/drain.d.ts
import { type Clock, type Millis } from '@spillway/core';
import type { ProtectableServer } from './action.ts';
import type { Connections } from './connections.ts';
export interface DrainOptions {
    readonly preStopDelayMs?: Millis;
    readonly drainTimeoutMs?: Millis;
}
export interface DrainReport {
    readonly outcome: 'completed' | 'timeout';
    readonly durationMs: Millis;
    readonly unfinished: number;
    readonly cut: number;
}
export interface DrainParts {
    readonly server: ProtectableServer;
    readonly connections: Connections;
    readonly clock: Clock;
    inside(): number;
    refuse(): void;
}
export type DrainPhase = 'serving' | 'leaving' | 'refusing' | 'drained';
export declare function checkDrain(options: DrainOptions): Required<DrainOptions>;
export declare function drain(parts: DrainParts, { preStopDelayMs, drainTimeoutMs }: Required<DrainOptions>, enter: (phase: DrainPhase) => void): Promise<DrainReport>;

// server/drain-on-signal.d.ts
import { type Clock } from '@spillway/core';
import type { ProtectableServer } from './action.ts';
import { type DrainOptions, type DrainReport } from './drain.ts';
export interface SignalSource {
    on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
    off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
    exit(code: number): unknown;
}
export interface DrainOnSignalOptions extends DrainOptions {
    readonly signals?: readonly NodeJS.Signals[];
    readonly exit?: boolean;
    readonly onDrained?: (report: DrainReport) => unknown;
    readonly process?: SignalSource;
    readonly clock?: Clock;
}
export declare function drainOnSignal(server: ProtectableServer, options?: DrainOnSignalOptions): () => void;

// server/health.d.ts
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthAnswer, ReadinessEnvironment, ReadinessOptions, ReadinessSource } from '@spillway/http';
import type { NodeListener } from './action.ts';
export declare function writeHealth(req: IncomingMessage, res: ServerResponse, answer: HealthAnswer): void;
export declare function liveness(): NodeListener;
export declare function startup(isStarted: () => boolean): NodeListener;
export declare function readiness(source: ReadinessSource, options?: ReadinessOptions): NodeListener;
export interface HealthOptions {
    readonly livenessPath?: string;
    readonly readinessPath?: string;
    readonly startupPath?: string;
    readonly started?: () => boolean;
    readonly readiness?: ReadinessOptions;
}
export interface Health {
    answer(url: string | undefined): HealthAnswer | undefined;
    started(): boolean;
    observe(): void;
}
export declare function createHealth(source: ReadinessSource, options: HealthOptions, environment: ReadinessEnvironment): Health;

// server/protect-server.d.ts
import type { IncomingMessage } from 'node:http';
import type { Environment, Millis, OverloadControl, OverloadSnapshot, OverloadUpdate } from '@spillway/core';
import type { OverloadControlOptions, OverloadPolicy } from '@spillway/http';
import { type LoadReportOptions } from '../load-report/reporter.ts';
import type { ProtectableServer } from './action.ts';
import { type ScaledAction, type ServerActionOptions, type ServerActionUpdate } from './actions.ts';
import { type DrainOptions, type DrainPhase, type DrainReport } from './drain.ts';
import { type HealthOptions } from './health.ts';
export interface ProtectServerOptions extends OverloadControlOptions<IncomingMessage> {
    readonly actions?: ServerActionOptions;
    readonly health?: HealthOptions;
    readonly loadReports?: LoadReportOptions;
    readonly http2Refusals?: 'response' | 'reset';
    readonly sampleMs?: Millis;
    readonly fallMs?: Millis;
}
export interface ServerSnapshot extends OverloadSnapshot {
    readonly started: boolean;
    readonly phase: DrainPhase;
    readonly actionPressure: number;
    readonly actions: Readonly<Record<ScaledAction, number>>;
}
export interface ServerUpdate extends OverloadUpdate {
    readonly actions?: ServerActionUpdate;
}
export interface ServerProtection {
    readonly policy: OverloadPolicy<IncomingMessage, OverloadControl>;
    snapshot(): ServerSnapshot;
    update(change: ServerUpdate): void;
    drain(options?: DrainOptions): Promise<DrainReport>;
    close(): void;
}
export declare function protectionOf(server: ProtectableServer): ServerProtection | undefined;
export declare function protectServer(server: ProtectableServer, options?: ProtectServerOptions, environment?: Environment): ServerProtection;

// load-report/reporter.d.ts
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Millis, OverloadSnapshot } from '@spillway/core';
import { type LoadReportFormat } from './encode.ts';
export interface LoadReportOptions {
    readonly format?: LoadReportFormat;
    readonly trusted?: (req: IncomingMessage) => boolean;
    readonly namedMetrics?: () => Readonly<Record<string, number>>;
}
export interface LoadReporter {
    request(req: IncomingMessage, res: ServerResponse): void;
    sample(now: Millis, load: OverloadSnapshot): void;
}
export declare function createLoadReporter(options: LoadReportOptions | undefined, clock: Clock): LoadReporter | undefined;

// load-report/encode.d.ts
export interface LoadReport {
    readonly applicationUtilization?: number | undefined;
    readonly cpuUtilization?: number | undefined;
    readonly memUtilization?: number | undefined;
    readonly rpsFractional?: number | undefined;
    readonly eps?: number | undefined;
    readonly namedMetrics?: Readonly<Record<string, number>> | undefined;
}
export type LoadReportFormat = 'bin' | 'text' | 'json';
export type LoadReportHeader = readonly [name: 'endpoint-load-metrics' | 'endpoint-load-metrics-bin', value: string];
export declare function encodeLoadReport(report: LoadReport, format: LoadReportFormat): LoadReportHeader | undefined;
