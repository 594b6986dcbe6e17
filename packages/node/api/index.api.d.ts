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
export { detectRuntime } from './runtime.ts';
export type { Runtime } from './runtime.ts';
export { sampledSignal } from './sampled-signal.ts';
export type { SampledSignal, SampledSignalInit, SamplingOptions, Source } from './sampled-signal.ts';
export { Sampler } from './sampler.ts';
export type { Sample } from './sampler.ts';

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
