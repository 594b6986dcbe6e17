// The public API of @spillway/core, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export * from './ticket.ts';
export * from './clock.ts';
export * from './environment.ts';
export * from './limiter.ts';
export * from './gate.ts';
export * from './options.ts';
export type { LearningLimit, Limit, LimitSnapshot } from './concurrency/limit.ts';
export type { LimitBounds } from './concurrency/limit/bounds.ts';
export type { Discipline, Drop, InnerDiscipline } from './queue/discipline.ts';
export type { Signal } from './signal/signal.ts';
export type { Idling } from './compose/idle.ts';
export * from './compose/all.ts';
export * from './compose/when.ts';
export * from './compose/keyed.ts';
export * from './compose/series.ts';
export { observe } from './compose/observe.ts';
export type { Decision, Observed, Observer } from './compose/observe.ts';
export * from './deadline.ts';
export * from './draining.ts';
export * from './overload-error.ts';
export * from './run.ts';
export * from './queue/ring.ts';
export * from './queue/fifo.ts';
export * from './queue/gate.ts';
export type { Waiter } from './queue/waiter.ts';
export * from './concurrency/limiter.ts';
export * from './concurrency/limit/fixed.ts';
export * from './concurrency/limit/settable.ts';
export * from './rate/gcra.ts';
export type { Rate, RateLimitOptions } from './rate/options.ts';
export { TickRate } from './rate/ticks.ts';
export * from './rate/limiter.ts';
export * from './rate/keyed-limiter.ts';
export * from './rate/token-bucket.ts';
export * from './rate/token-bucket-limiter.ts';
export { DelayLimit } from './concurrency/limit/delay.ts';
export type { DelayLimitOptions, DelayTuning } from './concurrency/limit/delay.ts';
export { KneeLimit } from './concurrency/limit/knee.ts';
export type { KneePhase } from './concurrency/limit/knee.ts';
export type { KneeOptions, KneeStart } from './concurrency/limit/knee-options.ts';
export { LowestLimit } from './concurrency/limit/lowest.ts';
export { PacedGate } from './pace/gate.ts';
export type { PaceSnapshot } from './pace/gate.ts';
export type { PaceOptions } from './pace/options.ts';
export type { DecisionCounts } from './pace/refusals.ts';
export { OverloadControl, createOverloadControl } from './overload/control.ts';
export type { OverloadSnapshot } from './overload/control.ts';
export type { OverloadOptions, OverloadUpdate } from './overload/options.ts';
export { PressureLimiter } from './overload/pressure.ts';
export { AimdLimit } from './concurrency/limit/aimd.ts';
export type { AimdLimitOptions, AimdLimitSettings } from './concurrency/limit/aimd.ts';
export { VegasLimit } from './concurrency/limit/vegas.ts';
export type { VegasLimitOptions, VegasLimitSettings } from './concurrency/limit/vegas-options.ts';
export { GradientLimit } from './concurrency/limit/gradient.ts';
export type { GradientLimitOptions, GradientLimitSettings } from './concurrency/limit/gradient.ts';
export { Gradient2Limit } from './concurrency/limit/gradient2.ts';
export type { Gradient2LimitOptions, Gradient2LimitSettings } from './concurrency/limit/gradient2.ts';
export { WindowedLimit, delegateSnapshot } from './concurrency/limit/windowed.ts';
export type { WindowedLimitOptions, WindowedLimitSettings } from './concurrency/limit/windowed.ts';
export type { BaselineOptions } from './concurrency/limit/rtt-baseline.ts';
export type { InflightCeilingOptions } from './concurrency/limit/inflight-ceiling.ts';
export type { LimitFunction } from './concurrency/limit/limit-functions.ts';
export { BbrLimit, bbrInflight } from './concurrency/limit/bbr.ts';
export type { BbrOptions, BbrRule, BbrTuning } from './concurrency/limit/bbr-options.ts';
export { EnvoyGradientLimit } from './concurrency/limit/envoy-gradient.ts';
export type { EnvoyGradientOptions, EnvoyGradientTuning } from './concurrency/limit/envoy-gradient-options.ts';
export { CorrelationLimit } from './concurrency/limit/correlation.ts';
export type { CorrelationOptions, CorrelationTuning } from './concurrency/limit/correlation-options.ts';
export { Executor } from './execute/executor.ts';
export type { ExecutorOptions, ExecutorUpdate } from './execute/options.ts';
export type { Job, JobContext, JobOptions, JobSignal } from './execute/job.ts';
export type { MapOptions } from './execute/map.ts';
export { JobAbortedError, JobTimeoutError } from './execute/errors.ts';
export { limitConcurrency } from './execute/limit-concurrency.ts';
export type { Limited, LimitConcurrencyOptions } from './execute/limit-concurrency.ts';
export { Ewma, TimeEwma } from './estimate/ewma.ts';
export type { EwmaOptions, TimeEwmaOptions } from './estimate/ewma.ts';
export { RateMeter, WindowRateMeter } from './estimate/rate-meter.ts';
export type { RateMeterOptions, WindowRateMeterOptions } from './estimate/rate-meter.ts';
export { WindowedMax, WindowedMin } from './estimate/windowed-min.ts';
export type { WindowedExtremeOptions } from './estimate/windowed-min.ts';
export { QuantileSketch } from './estimate/quantile-sketch.ts';
export type { QuantileSketchOptions } from './estimate/quantile-sketch.ts';
export { LittleEstimator } from './estimate/little.ts';
export type { LittleOptions, LittleSnapshot } from './estimate/little.ts';
export { measure } from './estimate/measure.ts';
export type { TryBudget, TryKind } from './client/tries.ts';
export * from './client/retry-budget.ts';
export * from './client/retry-token-bucket.ts';
export * from './client/concurrent-retry-budget.ts';
export * from './client/retry-budget-limiter.ts';
export * from './client/adaptive-throttle.ts';
export * from './client/admission-control.ts';
export type { CircuitOptions, CircuitUpdate } from './client/circuit-options.ts';
export * from './client/circuit-breaker.ts';
export * from './client/backoff.ts';
export * from './client/hedge-policy.ts';
export * from './hysteresis.ts';
export { PartitionedLimiter } from './share/partitioned-limiter.ts';
export type { PartitionedSnapshot } from './share/partitioned-limiter.ts';
export type { Borrowing, PartitionedLimiterOptions, PartitionShares, PartitionSnapshot } from './share/partitions.ts';
export { ServiceTimeEstimate } from './estimate/service-time.ts';
export type { ServiceTime, ServiceTimeOptions } from './estimate/service-time.ts';
export { FairShare } from './share/fair-share.ts';
export type { FairShareOptions, FairShareSnapshot } from './share/fair-share-options.ts';
export { FairShareLimiter } from './share/fair-share-limiter.ts';
export type { FairShareLimiterOptions } from './share/fair-share-limiter.ts';
export { UsageTracker } from './share/usage-tracker.ts';
export type { UsageTrackerOptions } from './share/usage-tracker.ts';
export { PiController } from './priority/pi-controller.ts';
export type { PiOptions } from './priority/pi-controller.ts';
export { LevelHistogram } from './priority/level-histogram.ts';
export { PriorityThresholdLimiter } from './priority/threshold-limiter.ts';
export type { PriorityThresholdSnapshot } from './priority/threshold-limiter.ts';
export type { PriorityThresholdOptions, PriorityThresholdUpdate } from './priority/threshold-options.ts';
export type { QueueBounds } from './queue/bounds.ts';
export type { QueueOptions } from './queue/lane.ts';
export type { ArrivalOverflow, OverflowPolicy } from './queue/overflow.ts';
export * from './queue/lifo.ts';
export * from './queue/adaptive-lifo.ts';
export { ServiceCodelState } from './queue/service-codel-state.ts';
export type { CodelRule } from './queue/service-codel-state.ts';
export { ServiceCodel } from './queue/service-codel.ts';
export type { ServiceCodelOptions, ServiceCodelUpdate } from './queue/service-codel.ts';
export { Codel } from './queue/codel.ts';
export type { CodelOptions, CodelSnapshot, CodelUpdate } from './queue/codel.ts';
export { PriorityQueue } from './queue/priority-queue.ts';
export type { PriorityQueueOptions } from './queue/priority-queue.ts';
export { DeficitRoundRobin } from './queue/deficit-round-robin.ts';
export type { DeficitRoundRobinOptions } from './queue/deficit-round-robin.ts';
export { EarliestDeadlineFirst } from './queue/earliest-deadline-first.ts';
export type { DeadlineRule, EarliestDeadlineFirstOptions, EarliestDeadlineFirstUpdate, } from './queue/earliest-deadline-first.ts';
export type { PressureSnapshot } from './overload/pressure.ts';
export type { PressureCombination, PressureOptions, PressureUpdate } from './overload/pressure-options.ts';
export type { SignalSnapshot } from './overload/pressure-gauge.ts';
export { checkScale, levelOf } from './signal/scale.ts';
export type { PressureScale } from './signal/scale.ts';
export { SettableSignal, settableSignal } from './signal/settable.ts';
export { maxSignal, scaledSignal, smoothedSignal } from './signal/combine.ts';
export type { DerivedSignal, SmoothingOptions } from './signal/combine.ts';
export type { Mode, ModeOptions, ModeSnapshot, ModeUpdate, Shadowing } from './compose/mode.ts';
export { withMode } from './compose/with-mode.ts';
export type { ModedLimiter } from './compose/with-mode.ts';
export { withGateMode } from './compose/with-gate-mode.ts';
export type { GateModeSnapshot, ModedGate } from './compose/with-gate-mode.ts';
export { updateAll } from './compose/update-all.ts';
export type { PartsToUpdate, Updatable } from './compose/update-all.ts';
export { observeLimiter } from './compose/observe-limiter.ts';
export type { ObservedLimiter } from './compose/observe-limiter.ts';
export { GcSpiral } from './overload/gc-spiral.ts';
export type { GcCollection, GcSpiralOptions, GcSpiralSnapshot } from './overload/gc-spiral.ts';
export type { QuotaLimiter } from './rate/quota-limiter.ts';
export type { WindowOptions, WindowRate } from './rate/options.ts';
export { FixedWindowLimiter } from './rate/fixed-window-limiter.ts';
export { SlidingWindowCounterLimiter } from './rate/sliding-window-counter-limiter.ts';
export type { SlidingLogOptions } from './rate/sliding-log-limiter.ts';
export { SlidingLogLimiter } from './rate/sliding-log-limiter.ts';
export type { LeakyBucketOptions } from './rate/leaky-bucket-limiter.ts';
export { LeakyBucketLimiter } from './rate/leaky-bucket-limiter.ts';
export type { LeakyBucketGateOptions } from './rate/leaky-bucket-gate.ts';
export { LeakyBucketGate } from './rate/leaky-bucket-gate.ts';
export type { WarmUpOptions, WarmUpRate } from './rate/warm-up-limiter.ts';
export { WarmUpLimiter } from './rate/warm-up-limiter.ts';
export { SlowStartLimit, slowStart, slowStartShare } from './concurrency/limit/slow-start.ts';
export type { SlowStartOptions } from './concurrency/limit/slow-start.ts';

// ticket.d.ts
export type Millis = number;
export declare const priorities: {
    readonly critical_plus: 0;
    readonly critical: 1;
    readonly sheddable_plus: 2;
    readonly sheddable: 3;
};
export type PriorityName = keyof typeof priorities;
export interface Ticket {
    readonly key: string;
    readonly keys: Readonly<Record<string, string>> | undefined;
    readonly cost: number;
    readonly priority: number;
    readonly deadline: Millis;
    readonly arrivedAt: Millis;
    startedAt: Millis;
}
export interface TicketInit {
    readonly key?: string;
    readonly keys?: Readonly<Record<string, string>>;
    readonly cost?: number;
    readonly priority?: number;
    readonly deadline?: Millis;
}
export declare function createTicket(now: Millis, init?: TicketInit): Ticket;
export type Outcome = 
'success'
 | 'dropped'
 | 'ignored'
 | 'revoked';
export type Reason = 
'rate'
 | 'blocked'
 | 'concurrency'
 | 'pressure'
 | 'queue-full'
 | 'queue-timeout'
 | 'deadline'
 | 'draining'
 | 'cancelled'
 | 'priority'
 | 'fairness'
 | 'circuit-open'
 | 'throttled'
 | 'retry-budget';
export interface Rejection {
    readonly reason: Reason;
    readonly limiter: string;
    readonly retryAfterMs: Millis;
}
export type Verdict = Rejection | undefined;

// clock.d.ts
import type { Millis } from './ticket.ts';
export interface Clock {
    now(): Millis;
    after(delayMs: Millis, fn: () => void): () => void;
}
export interface EventLoop {
    nextTurn(fn: () => void): void;
}
export type Random = () => number;
export declare const systemClock: Clock;
export declare const systemLoop: EventLoop;
export declare const systemRandom: Random;
export type WallTime = (inMs: Millis) => Date;
export declare const systemWallTime: WallTime;

// environment.d.ts
import type { Clock, EventLoop, Random } from './clock.ts';
import type { Signal } from './signal/signal.ts';
export interface Environment {
    readonly clock: Clock;
    readonly loop: EventLoop;
    readonly random: Random;
    readonly signals: readonly Signal[];
}
export declare const systemEnvironment: Environment;

// signal/signal.d.ts
import type { Millis } from '../ticket.ts';
export interface Signal {
    readonly name: string;
    pressure(now: Millis): number;
}

// limiter.d.ts
import type { Millis, Outcome, Ticket, Verdict } from './ticket.ts';
export interface Limiter {
    readonly name: string;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
}
export interface Quota {
    readonly name: string;
    readonly limit: number;
    readonly windowMs: Millis;
    readonly remaining: number;
    readonly nextMs: Millis;
    readonly resetMs: Millis;
}
export interface Described {
    describe(ticket: Ticket, now: Millis): readonly Quota[];
}

// gate.d.ts
import type { Clock } from './clock.ts';
import type { Limiter } from './limiter.ts';
import type { Outcome, Ticket, Verdict } from './ticket.ts';
export interface Gate {
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    arrived?(): void;
}
export declare class Guard implements Gate {
    #private;
    readonly limiter: Limiter;
    constructor(limiter: Limiter, clock: Clock);
    enter(ticket: Ticket): Verdict;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(): void;
}

// options.d.ts
export interface NumberBounds {
    readonly min: number;
    readonly max: number;
    readonly integer?: boolean;
}
export declare function checkNumber(owner: string, option: string, value: unknown, bounds: NumberBounds): number;
export declare function checkOneOf<T extends string>(owner: string, option: string, value: unknown, allowed: readonly T[]): T;
export declare function checkFunction<F>(owner: string, option: string, value: F): F;
export declare function checkKnown(owner: string, options: object, known: readonly string[]): void;

// concurrency/limit.d.ts
import type { Millis } from '../ticket.ts';
export interface Limit {
    readonly value: number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost?(now: Millis, rttMs: Millis, inflight: number): void;
    snapshot?(): LimitSnapshot;
}
export interface LimitSnapshot {
    readonly kind: string;
    readonly limit: number;
    readonly [detail: string]: number | string;
}
export interface LearningLimit<Options> extends Limit {
    snapshot(): LimitSnapshot;
    update(change: Partial<Options>): void;
}

// concurrency/limit/bounds.d.ts
import type { LimitSnapshot } from '../limit.ts';
export interface LimitBounds {
    readonly initialLimit?: number;
    readonly minLimit?: number;
    readonly maxLimit?: number;
}
export type FullBounds = Required<LimitBounds>;
export declare function checkBounds(owner: string, options: LimitBounds, defaults: FullBounds): FullBounds;
export declare function clampLimit(value: number, bounds: Pick<FullBounds, 'minLimit' | 'maxLimit'>): number;
export declare function warmNumber(owner: string, from: LimitSnapshot | undefined, detail: string, otherwise: number): number;

// queue/discipline.d.ts
import type { Millis, Reason } from '../ticket.ts';
export type Drop<T> = (item: T, reason: Reason) => void;
export interface Discipline<T> {
    readonly size: number;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    passed?(now: Millis): void;
    expiresAt(): Millis;
}
export interface InnerDiscipline<T> extends Discipline<T> {
    evict(): T | undefined;
    expire(now: Millis, drop: Drop<T>): void;
}

// compose/idle.d.ts
import type { Limiter } from '../limiter.ts';
import type { Millis } from '../ticket.ts';
export interface Idling {
    isIdle(now: Millis): boolean;
}
export declare function isIdle(limiter: Limiter & Partial<Idling>, now: Millis): boolean;

// compose/all.d.ts
import type { Described, Limiter } from '../limiter.ts';
import { type Idling } from './idle.ts';
export declare function all(...limiters: readonly Limiter[]): Limiter & Described & Idling;

// compose/when.d.ts
import type { Described, Limiter } from '../limiter.ts';
import type { Ticket } from '../ticket.ts';
import { type Idling } from './idle.ts';
export interface Conditional extends Limiter, Described, Idling {
    readonly failures: number;
}
export declare function when(predicate: (ticket: Ticket) => boolean, limiter: Limiter): Conditional;

// compose/keyed.d.ts
import type { Described, Limiter } from '../limiter.ts';
import type { Ticket } from '../ticket.ts';
import type { Idling } from './idle.ts';
export declare const overflowKey = "*";
export interface KeyedOptions {
    readonly by?: (ticket: Ticket) => string | undefined;
    readonly maxKeys?: number;
    readonly name?: string;
}
export interface Keyed extends Limiter, Described {
    readonly size: number;
    readonly overflows: number;
    readonly failures: number;
}
export declare function keyed(make: (key: string) => Limiter & Idling & Partial<Described>, options?: KeyedOptions): Keyed;

// compose/series.d.ts
import type { Gate } from '../gate.ts';
export declare function series(...gates: readonly Gate[]): Gate;

// compose/observe.d.ts
import { type Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Millis, Outcome, Reason, Ticket, Verdict } from '../ticket.ts';
export interface Decision {
    readonly ticket: Ticket;
    readonly verdict: Verdict;
    readonly enforced: boolean;
    readonly reason: Reason | undefined;
    readonly limiter: string | undefined;
    readonly priority: number;
    readonly waitedMs: Millis;
}
export interface Observer {
    decided?(ticket: Ticket, verdict: Verdict): void;
    decision?(decision: Decision): void;
    settled?(ticket: Ticket, outcome: Outcome): void;
}
export interface Observed extends Gate {
    readonly failures: number;
}
export declare class Told {
    #private;
    failures: number;
    constructor(observer: Observer);
    get wantsDecisions(): boolean;
    decided(ticket: Ticket, verdict: Verdict): void;
    decision(ticket: Ticket, verdict: Verdict, enforced: boolean, at: Millis): void;
    settled(ticket: Ticket, outcome: Outcome): void;
}
export declare function observe(gate: Gate, observer: Observer, clock?: Clock): Observed;

// deadline.d.ts
import type { Idling } from './compose/idle.ts';
import { ServiceTimeEstimate } from './estimate/service-time.ts';
import type { Limiter } from './limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from './ticket.ts';
export interface DeadlineLimiterOptions {
    readonly name?: string;
    readonly minRemainingMs?: Millis;
    readonly estimateMs?: (ticket: Ticket, now: Millis) => Millis;
    readonly estimate?: ServiceTimeEstimate;
    readonly waitMs?: (ticket: Ticket, now: Millis) => Millis;
}
export declare class DeadlineLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    failures: number;
    constructor(options?: DeadlineLimiterOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket?: Ticket, now?: Millis, outcome?: Outcome): void;
    isIdle(): boolean;
}

// estimate/service-time.d.ts
import type { Millis, Ticket } from '../ticket.ts';
export interface ServiceTimeOptions {
    readonly by?: (ticket: Ticket) => string | undefined;
    readonly maxKinds?: number;
    readonly weight?: number;
    readonly deviations?: number;
    readonly minSamples?: number;
}
export interface ServiceTime {
    readonly meanMs: Millis;
    readonly deviationMs: Millis;
    readonly samples: number;
}
export declare class ServiceTimeEstimate {
    #private;
    failures: number;
    constructor(options?: ServiceTimeOptions);
    get size(): number;
    describe(ticket: Ticket): ServiceTime | undefined;
    estimateMs(ticket: Ticket): Millis;
    fits(ticket: Ticket, now: Millis, remainingMs: Millis): boolean;
    sample(ticket: Ticket, now: Millis, tookMs: Millis): void;
}

// draining.d.ts
import type { Clock } from './clock.ts';
import type { Idling } from './compose/idle.ts';
import type { Limiter } from './limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from './ticket.ts';
export interface DrainingLimiterOptions {
    readonly name?: string;
    readonly graceMs?: Millis;
    readonly retryAfterMs?: Millis;
}
export declare class DrainingLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(clock: Clock, options?: DrainingLimiterOptions);
    get draining(): boolean;
    get inflight(): number;
    admit(_ticket: Ticket, _now: Millis): Verdict;
    settle(_ticket: Ticket, _now: Millis, _outcome: Outcome): void;
    isIdle(): boolean;
    drain(): void;
    idle(): Promise<boolean>;
}

// overload-error.d.ts
import type { Rejection } from './ticket.ts';
export declare class OverloadError extends Error {
    readonly name = "OverloadError";
    readonly code: 'SPILLWAY_REJECTED';
    readonly rejection: Rejection;
    constructor(rejection: Rejection);
}
export declare function isOverloadError(error: unknown): error is OverloadError;

// run.d.ts
import { type Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import { type Outcome, type Rejection, type Ticket, type TicketInit } from './ticket.ts';
export interface CancelSignal {
    readonly aborted: boolean;
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
}
export interface AcquireOptions {
    readonly clock?: Clock;
    readonly signal?: CancelSignal;
}
export interface RunOptions extends AcquireOptions {
    readonly outcomeOf?: (error: unknown) => Outcome;
}
export type RunResult<T> = {
    readonly ok: true;
    readonly value: T;
} | {
    readonly ok: false;
    readonly rejection: Rejection;
};
export declare function run<T>(gate: Gate, init: TicketInit, work: (ticket: Ticket) => T | PromiseLike<T>, options?: RunOptions): Promise<RunResult<T>>;
export declare class Permit {
    #private;
    readonly ticket: Ticket;
    constructor(gate: Gate, ticket: Ticket);
    succeed(): void;
    drop(): void;
    revoke(): void;
    [Symbol.dispose](): void;
}
export declare function acquire(gate: Gate, init?: TicketInit, options?: AcquireOptions): Promise<Permit>;

// queue/ring.d.ts
import type { Millis } from '../ticket.ts';
export declare class Ring<T extends object | string | number> {
    #private;
    get size(): number;
    get cost(): number;
    has(item: T): boolean;
    pushBack(item: T, at: Millis, cost?: number): void;
    pushFront(item: T, at: Millis, cost?: number): void;
    front(): T | undefined;
    back(): T | undefined;
    frontAt(): Millis;
    backAt(): Millis;
    frontCost(): number;
    backCost(): number;
    takeFront(): T | undefined;
    takeBack(): T | undefined;
    remove(item: T): boolean;
    [Symbol.iterator](): Generator<T>;
}

// queue/fifo.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import { type ArrivalOverflow } from './overflow.ts';
import type { Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface FifoOptions<T = unknown> extends QueueOptions<T> {
    readonly overflow?: ArrivalOverflow;
}
export declare class Fifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: FifoOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    update(change: Partial<QueueBounds>): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/bounds.d.ts
import type { Millis } from '../ticket.ts';
export interface QueueBounds {
    readonly capacity: number;
    readonly maxCost?: number;
    readonly maxAgeMs?: Millis;
}
export type FullQueueBounds = Required<QueueBounds>;
export declare const boundNames: readonly string[];
export declare const mostMs = 1000000000000;
export declare function fitsWithin({ capacity, maxCost }: FullQueueBounds, held: {
    readonly size: number;
    readonly cost: number;
}, cost: number, count: number): boolean;
export declare function checkQueueBounds(owner: string, change: Partial<QueueBounds>, old?: FullQueueBounds): FullQueueBounds;

// queue/lane.d.ts
import type { Millis } from '../ticket.ts';
import { type FullQueueBounds, type QueueBounds } from './bounds.ts';
import type { Drop } from './discipline.ts';
import type { ArrivalOverflow } from './overflow.ts';
import { Reading, type Queueable } from './reading.ts';
import { Ring } from './ring.ts';
export interface QueueOptions<T> extends QueueBounds {
    readonly costOf?: (item: T) => number;
}
export declare const queueOptionNames: readonly string[];
export declare function costReading<T extends Queueable>(owner: string, costOf?: (item: T) => number): Reading<T, number>;
export declare class Lane<T extends Queueable> {
    #private;
    readonly ring: Ring<T>;
    readonly costs: Reading<T, number>;
    constructor(owner: string, options: QueueOptions<T>);
    get bounds(): FullQueueBounds;
    get now(): Millis;
    update(change: Partial<QueueBounds>, known?: readonly string[]): void;
    tell(now: Millis): Millis;
    fits(cost: number, count?: number): boolean;
    push(item: T, now: Millis, overflow: ArrivalOverflow, drop?: Drop<T>): T | undefined;
    trim(overflow: ArrivalOverflow, drop: Drop<T>): void;
    expire(now: Millis, ageMs: Millis, drop: Drop<T>): void;
    tidy(now: Millis, overflow: ArrivalOverflow, drop: Drop<T>): void;
    tooOldAt(): Millis;
    evict(overflow: ArrivalOverflow): T | undefined;
    take(newest: boolean): T | undefined;
    putBack(item: T): void;
}

// queue/overflow.d.ts
export type OverflowPolicy = 'reject-new' | 'drop-oldest' | 'drop-newest' | 'evict-lowest' | 'evict-longest';
export type ArrivalOverflow = Extract<OverflowPolicy, 'reject-new' | 'drop-oldest' | 'drop-newest'>;
export declare function checkArrivalOverflow(owner: string, overflow: ArrivalOverflow): ArrivalOverflow;
export declare function servedLast(newestFirst: boolean): ArrivalOverflow;

// queue/reading.d.ts
import type { Ticket } from '../ticket.ts';
export type Queueable = object | string | number;
export declare function ticketOf(item: Queueable): Ticket | undefined;
export declare class Reading<In, Out> {
    #private;
    failures: number;
    constructor(read: (input: In) => Out, otherwise: Out);
    of(input: In): Out;
}
export declare function plainCost(cost: number): number;

// queue/waiter.d.ts
import type { Millis, Ticket, Verdict } from '../ticket.ts';
import type { Due } from './due-heap.ts';
export interface Waiter {
    readonly ticket: Ticket;
}
export declare class Waiting implements Waiter, Due {
    #private;
    readonly ticket: Ticket;
    readonly dueAt: Millis;
    readonly order: number;
    armed: boolean;
    constructor(ticket: Ticket, dueAt: Millis, order: number);
    answer(): Verdict | Promise<Verdict>;
    decide(verdict: Verdict): void;
}

// queue/due-heap.d.ts
import type { Millis } from '../ticket.ts';
export interface Due {
    readonly dueAt: Millis;
    readonly order: number;
    armed: boolean;
}
export declare class DueHeap<T extends Due> {
    #private;
    get size(): number;
    get nextAt(): Millis;
    add(item: T): void;
    cancel(item: T): void;
    take(): T | undefined;
    peek(): T | undefined;
}

// queue/gate.d.ts
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Limiter } from '../limiter.ts';
import type { Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Discipline } from './discipline.ts';
import { type QueueGateOptions } from './gate-options.ts';
import { type Waiter } from './waiter.ts';
export type { QueueGateOptions } from './gate-options.ts';
export declare class QueueGate implements Gate {
    #private;
    readonly name: string;
    readonly limiter: Limiter;
    constructor(limiter: Limiter, discipline: Discipline<Waiter>, clock: Clock, options?: QueueGateOptions);
    get waiting(): number;
    update(change: Omit<QueueGateOptions, 'name'>): void;
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    wake(): void;
    close(): void;
    [Symbol.dispose](): void;
}

// queue/gate-options.d.ts
import type { Millis, Reason } from '../ticket.ts';
export interface QueueGateOptions {
    readonly name?: string;
    readonly maxWaitMs?: Millis;
    readonly waitFor?: readonly Reason[];
}
export interface GateOptions {
    readonly maxWaitMs: Millis;
    readonly waitFor: ReadonlySet<Reason>;
}
export declare const leastRetryMs = 0.001;
export declare function checkGateOptions(options: QueueGateOptions, known: readonly string[], old?: GateOptions): GateOptions;

// concurrency/limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Limit } from './limit.ts';
export declare const concurrencyRetryAfterMs = 1000;
export interface ConcurrencyLimiterOptions {
    readonly name?: string;
    readonly retryAfterMs?: Millis;
    readonly weighted?: boolean;
}
export declare class ConcurrencyLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(limit: Limit, options?: ConcurrencyLimiterOptions);
    get inflight(): number;
    get limit(): Limit;
    setLimit(limit: Limit): void;
    update(change: Pick<ConcurrencyLimiterOptions, 'retryAfterMs'>): void;
    admit(ticket: Ticket, _now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    isIdle(_now: Millis): boolean;
}

// concurrency/limit/fixed.d.ts
import type { Limit, LimitSnapshot } from '../limit.ts';
export declare class FixedLimit implements Limit {
    readonly value: number;
    constructor(value: number);
    sample(): void;
    snapshot(): LimitSnapshot;
}

// concurrency/limit/settable.d.ts
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
export interface SettableTuning {
    readonly value?: number;
}
export declare class SettableLimit implements LearningLimit<SettableTuning> {
    #private;
    constructor(value: number);
    get value(): number;
    set(value: number): void;
    sample(): void;
    snapshot(): LimitSnapshot;
    update(change: SettableTuning): void;
}

// rate/gcra.d.ts
import type { Rate } from './options.ts';
import { TickRate } from './ticks.ts';
export declare const freshState: number;
export declare class Gcra {
    readonly rate: TickRate;
    constructor(rate: Rate, headroom?: number);
    take(state: number, now: number, need: number): number;
    fitsAt(state: number, now: number, need: number): number;
    owe(state: number, now: number, need: number): number;
    give(state: number, need: number): number;
    remaining(state: number, now: number): number;
    carry(debt: number, from: TickRate): number;
}

// rate/options.d.ts
import type { Millis } from '../ticket.ts';
export interface Rate {
    readonly limit: number;
    readonly windowMs: Millis;
    readonly burst?: number;
}
export type WindowRate = Omit<Rate, 'burst'>;
export interface WindowOptions extends WindowRate {
    readonly name?: string;
    readonly originMs?: Millis;
}
export interface RateLimitOptions extends Rate {
    readonly name?: string;
    readonly blockMs?: Millis;
}
export interface FullRate {
    readonly limit: number;
    readonly windowMs: Millis;
    readonly burst: number;
}
export declare function checkRate(owner: string, rate: Rate): FullRate;
export declare function checkBlock(owner: string, blockMs: Millis | undefined): Millis;
export declare function changeRate(owner: string, old: Rate, change: Partial<Rate>): Rate;
export declare function checkWindow(owner: string, rate: WindowRate): WindowRate;
export declare function checkWindowOptions(owner: string, options: WindowOptions): WindowRate & {
    originMs: Millis | undefined;
};
export declare function changeWindow(owner: string, old: WindowRate, change: Partial<WindowRate>): WindowRate;

// rate/ticks.d.ts
import type { Millis } from '../ticket.ts';
import type { FullRate } from './options.ts';
export declare const maxDebt: number;
export declare class TickRate {
    #private;
    readonly limit: number;
    readonly windowMs: Millis;
    readonly burst: number;
    readonly ticksPerMs: number;
    readonly interval: number;
    readonly span: number;
    constructor(rate: FullRate, headroom?: number);
    need(cost: number): number;
}
export declare function until(at: Millis, now: Millis): Millis;
export declare function ticksIn(ms: Millis, ticksPerMs: number): number;
export type TickScale = Float64Array;
export declare function createScale(ticksPerMs: number): TickScale;
export declare function setOrigin(scale: TickScale, at: Millis, ticksPerMs: number): void;
export declare function tickAt(at: Millis, scale: TickScale): number;
export declare function moveOrigin(scale: TickScale, at: Millis): number;
export declare function untilTick(tick: number, now: Millis, scale: TickScale): Millis;
export declare class TickClock {
    #private;
    readonly state: TickScale;
    constructor(ticksPerMs: number, onRebase: (ticks: number) => void);
    advance(now: Millis): void;
    get nowMs(): Millis;
    until(tick: number, now: Millis): Millis;
    retune(ticksPerMs: number, now: Millis): void;
}

// rate/limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Rate, RateLimitOptions } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export declare class RateLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: RateLimitOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, _now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    penalty(cost: number, now: Millis): void;
    reward(cost: number, now: Millis): void;
    block(durationMs: Millis, now: Millis): void;
    reset(): void;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<Rate>, now: Millis): void;
}

// rate/quota-limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Described, Limiter } from '../limiter.ts';
import type { Millis, Ticket, Verdict } from '../ticket.ts';
import type { WindowRate } from './options.ts';
export interface QuotaLimiter extends Limiter, Described, Idling {
    peek(ticket: Ticket, now: Millis): Verdict;
    update(change: Partial<WindowRate>, now: Millis): void;
}

// rate/keyed-limiter.d.ts
import type { Random } from '../clock.ts';
import type { Described, Limiter, Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Rate, RateLimitOptions } from './options.ts';
export interface KeyedRateLimitOptions extends RateLimitOptions {
    readonly by?: (ticket: Ticket) => string | undefined;
    readonly maxKeys?: number;
    readonly random?: Random;
}
export declare class KeyedRateLimiter implements Limiter, Described {
    #private;
    readonly name: string;
    constructor(options: KeyedRateLimitOptions);
    get size(): number;
    get bytes(): number;
    get callbackErrors(): number;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    penalty(key: string, cost: number, now: Millis): void;
    reward(key: string, cost: number, now: Millis): void;
    block(key: string, durationMs: Millis, now: Millis): void;
    reset(key: string): boolean;
    describe(ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<Rate>, now: Millis): void;
}

// rate/token-bucket.d.ts
import type { Millis } from '../ticket.ts';
import type { Rate } from './options.ts';
export interface Reservation {
    readonly ok: boolean;
    readonly cost: number;
    readonly actAt: Millis;
}
export declare class TokenBucket {
    #private;
    constructor(rate: Rate);
    get rate(): Required<Rate>;
    tokens(now: Millis): number;
    take(cost: number, now: Millis): boolean;
    waitMs(cost: number, now: Millis): Millis;
    reserve(cost: number, now: Millis, maxWaitMs: Millis): Reservation;
    cancel(reservation: Reservation, now: Millis): void;
    give(cost: number, now: Millis): void;
    setLimit(limit: number, windowMs: Millis, now: Millis): void;
    setBurst(burst: number, now: Millis): void;
    update(change: Partial<Rate>, now: Millis): void;
}

// rate/token-bucket-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Rate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
import { TokenBucket } from './token-bucket.ts';
export interface TokenBucketOptions extends Rate {
    readonly name?: string;
}
export declare class TokenBucketLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    readonly bucket: TokenBucket;
    constructor(options: TokenBucketOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    isIdle(now: Millis): boolean;
    update(change: Partial<Rate>, now: Millis): void;
}

// concurrency/limit/delay.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
export interface DelayTuning {
    readonly targetMs?: Millis;
    readonly minLimit?: number;
    readonly maxLimit?: number;
}
export interface DelayLimitOptions extends DelayTuning {
    readonly initialLimit?: number;
    readonly warmStart?: LimitSnapshot;
}
export declare class DelayLimit implements LearningLimit<DelayTuning> {
    #private;
    value: number;
    constructor(options?: DelayLimitOptions);
    sample(_now: Millis, rttMs: Millis, inflight: number): void;
    tick(now: Millis, delayMs: Millis): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<DelayTuning>): void;
}

// concurrency/limit/knee.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type KneeOptions, type KneeStart } from './knee-options.ts';
export type KneePhase = {
    readonly kind: 'open';
} | {
    readonly kind: 'seek';
    readonly knee: number;
};
export declare class KneeLimit implements LearningLimit<KneeOptions> {
    #private;
    value: number;
    constructor(options?: KneeStart);
    get phase(): KneePhase;
    sample(now: Millis, rttMs: Millis, inflight: number): void;
    lost(now: Millis, _rttMs: Millis, inflight: number): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<KneeOptions>): void;
}

// concurrency/limit/knee-options.d.ts
import type { LimitSnapshot } from '../limit.ts';
export interface KneeOptions {
    readonly initialLimit?: number;
    readonly minLimit?: number;
    readonly maxLimit?: number;
}
export interface KneeStart extends KneeOptions {
    readonly warmStart?: LimitSnapshot;
}
export declare function checkKnee(options: KneeStart): Required<KneeOptions>;
export declare function changeKnee(current: Required<KneeOptions>, change: Partial<KneeOptions>): Required<KneeOptions>;

// concurrency/limit/lowest.d.ts
import type { Millis } from '../../ticket.ts';
import type { Limit, LimitSnapshot } from '../limit.ts';
export declare class LowestLimit implements Limit {
    #private;
    constructor(...limits: readonly Limit[]);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost(now: Millis, rttMs: Millis, inflight: number): void;
    snapshot(): LimitSnapshot;
}

// pace/gate.d.ts
import type { Clock, EventLoop } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Limiter } from '../limiter.ts';
import type { Outcome, Reason, Ticket, Verdict } from '../ticket.ts';
import type { PaceOptions } from './options.ts';
import { Refusals } from './refusals.ts';
import type { PaceSnapshot } from './snapshot.ts';
export type { PaceSnapshot } from './snapshot.ts';
export declare class PacedGate implements Gate {
    #private;
    readonly decisions: Refusals;
    constructor(limiter: Limiter, clock: Clock, loop: EventLoop, options?: PaceOptions);
    update(options: Omit<PaceOptions, 'name'>): void;
    arrived(): void;
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    close(reason?: Reason): void;
    snapshot(): PaceSnapshot;
}

// pace/options.d.ts
import type { Millis } from '../ticket.ts';
export interface PaceOptions {
    readonly name?: string;
    readonly maxQueue?: number;
    readonly minQueue?: number;
    readonly maxWaitMs?: Millis;
    readonly turnBudgetMs?: Millis;
    readonly maxLookMs?: Millis;
}
export type Pace = Required<PaceOptions>;
export declare const paceOptions: readonly string[];
export declare function checkPace(owner: string, options: PaceOptions): Pace;

// pace/refusals.d.ts
import type { Millis, Reason, Rejection } from '../ticket.ts';
export interface DecisionCounts {
    readonly admitted: number;
    readonly refused: Readonly<Record<Reason, number>>;
}
export declare function noneRefused(): Record<Reason, number>;
export declare class Refusals implements DecisionCounts {
    #private;
    admitted: number;
    readonly refused: Record<Reason, number>;
    lastAt: Millis;
    readonly limiter: string;
    constructor(limiter: string);
    refuse(reason: Reason, ratio: number): Rejection;
    count(rejection: Rejection): Rejection;
    snapshot(): DecisionCounts;
}

// pace/snapshot.d.ts
import type { Millis } from '../ticket.ts';
export interface PaceSnapshot {
    readonly waiting: number;
    readonly oldestMs: Millis;
    readonly offeredRatio: number;
    readonly serviceMs: Millis;
}

// overload/control.d.ts
import type { Environment } from '../environment.ts';
import type { Gate } from '../gate.ts';
import type { Mode, Shadowing } from '../compose/mode.ts';
import type { KneePhase } from '../concurrency/limit/knee.ts';
import type { PaceSnapshot } from '../pace/gate.ts';
import type { Outcome, Reason, Ticket, Verdict } from '../ticket.ts';
import type { OverloadOptions, OverloadUpdate } from './options.ts';
import type { PressureSnapshot } from './pressure.ts';
import type { DecisionCounts } from '../pace/refusals.ts';
export interface OverloadSnapshot extends PaceSnapshot, PressureSnapshot {
    readonly name: string;
    readonly inflight: number;
    readonly limit: number;
    readonly limitPhase: KneePhase['kind'] | undefined;
    readonly decisions: DecisionCounts;
    readonly mode: Mode;
    readonly enforceRatio: number;
    readonly wouldRefuse: Readonly<Record<Reason, number>>;
    readonly wouldWait: number;
    readonly overloaded: boolean;
    readonly draining: boolean;
}
export declare class OverloadControl implements Gate, Shadowing {
    #private;
    readonly name: string;
    constructor(environment: Environment, options?: OverloadOptions);
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    arrived(): void;
    shadowed(ticket: Ticket): Verdict | Promise<Verdict>;
    update(change: OverloadUpdate): void;
    drain(): void;
    close(): void;
    snapshot(): OverloadSnapshot;
}
export declare function createOverloadControl(environment: Environment, options?: OverloadOptions): OverloadControl;

// compose/mode.d.ts
import { type Random } from '../clock.ts';
import type { Reason, Rejection, Ticket, Verdict } from '../ticket.ts';
export type Mode = 
'enforce'
 | 'shadow'
 | 'off';
export interface ModeOptions {
    readonly mode?: Mode;
    readonly enforceRatio?: number;
    readonly enforceBy?: 'key' | 'chance';
    readonly random?: Random;
}
export type ModeUpdate = Pick<ModeOptions, 'mode' | 'enforceRatio'>;
export interface ModeSnapshot {
    readonly mode: Mode;
    readonly enforceRatio: number;
    readonly admitted: number;
    readonly notAsked: number;
    readonly refused: Readonly<Record<Reason, number>>;
    readonly wouldRefuse: Readonly<Record<Reason, number>>;
}
export interface Shadowing {
    shadowed(ticket: Ticket): Verdict | Promise<Verdict>;
}
export declare class Enforcement {
    #private;
    constructor(owner: string, options: ModeOptions);
    get mode(): Mode;
    get ratio(): number;
    get isFull(): boolean;
    enforces(ticket: Ticket): boolean;
    get isEnforcing(): boolean;
    prepare(change: ModeUpdate): () => void;
}
export declare class ModeCounts {
    #private;
    enforced(verdict: Verdict): Verdict;
    notAsked(): undefined;
    overruled(): undefined;
    wouldRefuse(no: Rejection): void;
    snapshot({ mode, ratio }: Enforcement): ModeSnapshot;
}

// overload/options.d.ts
import type { ModeOptions, ModeUpdate } from '../compose/mode.ts';
import type { Limit } from '../concurrency/limit.ts';
import type { LimitBounds } from '../concurrency/limit/bounds.ts';
import type { KneeOptions } from '../concurrency/limit/knee-options.ts';
import type { PaceOptions } from '../pace/options.ts';
import type { Signal } from '../signal/signal.ts';
import type { PressureUpdate } from './pressure-options.ts';
export interface OverloadOptions extends PaceOptions, KneeOptions {
    readonly limit?: Limit;
    readonly signals?: readonly Signal[];
    readonly pressure?: PressureUpdate;
    readonly mode?: ModeOptions['mode'];
    readonly enforceRatio?: number;
}
export interface OverloadUpdate extends Omit<PaceOptions, 'name'>, LimitBounds, ModeUpdate {
    readonly pressure?: PressureUpdate;
}
export declare function checkOverloadUpdate(change: OverloadUpdate): void;
export type BoundedLimit = Limit & {
    update?(change: LimitBounds): void;
};
export declare function checkBoundsUpdate(limit: BoundedLimit, change: LimitBounds): void;
export declare function checkOverload(options: OverloadOptions): void;

// overload/pressure-options.d.ts
import { type PressureScale } from '../signal/scale.ts';
import type { Signal } from '../signal/signal.ts';
import { type Millis, type PriorityName } from '../ticket.ts';
export type PressureCombination = 
'max'
 | 'probabilistic-or';
export interface PressureOptions {
    readonly name?: string;
    readonly scales?: Readonly<Record<string, PressureScale>>;
    readonly classes?: Readonly<Partial<Record<PriorityName, PressureScale>>>;
    readonly combine?: PressureCombination;
    readonly hysteresis?: number;
    readonly holdMs?: Millis;
    readonly retryAfterMs?: Millis;
    readonly sampleMs?: Millis;
}
export type PressureUpdate = Omit<PressureOptions, 'name'>;
export interface PressureRules {
    readonly name: string;
    readonly scales: readonly PressureScale[];
    readonly classes: readonly PressureScale[];
    readonly combine: PressureCombination;
    readonly hysteresis: number;
    readonly holdMs: Millis;
    readonly retryAfterMs: Millis;
    readonly sampleMs: Millis;
}
export declare function checkPressure(options: PressureOptions, signals: readonly Signal[]): PressureRules;

// signal/scale.d.ts
export interface PressureScale {
    readonly start: number;
    readonly full: number;
}
export declare function levelOf(value: number, start: number, full: number): number;
export declare function checkScale(owner: string, prefix: string, scale: PressureScale, max: number): PressureScale;

// overload/pressure.d.ts
import type { Random } from '../clock.ts';
import type { Limiter } from '../limiter.ts';
import type { Signal } from '../signal/signal.ts';
import { type Millis, type PriorityName, type Ticket, type Verdict } from '../ticket.ts';
import { type SignalSnapshot } from './pressure-gauge.ts';
import { type PressureOptions, type PressureUpdate } from './pressure-options.ts';
export interface PressureSnapshot {
    readonly pressure: number;
    readonly signals: readonly SignalSnapshot[];
    readonly shares: Readonly<Record<PriorityName, number>>;
}
export declare class PressureLimiter implements Limiter {
    #private;
    readonly name: string;
    constructor(signals: readonly Signal[], random: Random, options?: PressureOptions);
    pressure(now: Millis): number;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(): void;
    snapshot(now: Millis): PressureSnapshot;
    update(change: PressureUpdate): void;
    prepare(change: PressureUpdate): () => void;
}

// overload/pressure-gauge.d.ts
import type { Signal } from '../signal/signal.ts';
import type { Millis } from '../ticket.ts';
import type { PressureRules } from './pressure-options.ts';
export interface SignalSnapshot {
    readonly name: string;
    readonly pressure: number;
    readonly held: number;
    readonly level: number;
    readonly failures: number;
}
export declare class PressureGauge {
    #private;
    readonly shares: Float64Array;
    worst: number;
    constructor(signals: readonly Signal[], rules: PressureRules);
    setRules(rules: PressureRules): void;
    read(now: Millis): void;
    get highest(): number;
    snapshot(): SignalSnapshot[];
}

// concurrency/limit/aimd.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
import { type InflightCeilingOptions } from './inflight-ceiling.ts';
export interface AimdLimitSettings extends Omit<LimitBounds, 'initialLimit'>, InflightCeilingOptions {
    readonly backoffRatio?: number;
    readonly timeoutMs?: Millis;
    readonly timeoutRatio?: number;
    readonly growth?: 'per-sample' | 'per-window';
    readonly cutOncePerRtt?: boolean;
}
export interface AimdLimitOptions extends AimdLimitSettings, Pick<LimitBounds, 'initialLimit'> {
    readonly warmStart?: LimitSnapshot;
}
export declare class AimdLimit implements LearningLimit<AimdLimitSettings> {
    #private;
    constructor(options?: AimdLimitOptions);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<AimdLimitSettings>): void;
}

// concurrency/limit/inflight-ceiling.d.ts
import type { Millis } from '../../ticket.ts';
import type { WarmStart } from './learning.ts';
export interface InflightCeilingOptions {
    readonly inflightFactor?: number;
    readonly inflightWindowMs?: Millis;
}
export declare const inflightCeilingOptions: readonly ['inflightFactor', 'inflightWindowMs'];
export declare function checkInflightCeiling(owner: string, options: InflightCeilingOptions): Required<InflightCeilingOptions>;
export declare class InflightCeiling {
    #private;
    constructor(settings: Required<InflightCeilingOptions>, warm: WarmStart);
    update(settings: Required<InflightCeilingOptions>): void;
    hold(limit: number, now: Millis, inflight: number): number;
    snapshot(): Record<string, number>;
}

// concurrency/limit/learning.d.ts
import type { LimitSnapshot } from '../limit.ts';
export declare function applyChange<T extends object>(owner: string, current: T, change: Partial<T>, names?: readonly string[]): T;
export interface ChangeRules<Given extends object, Full> {
    readonly owner: string;
    readonly names: readonly string[];
    readonly check: (options: Given) => Full;
}
export declare class GivenOptions<Given extends object, Full> {
    #private;
    constructor(rules: ChangeRules<Given, Full>, options: Given);
    change(change: Partial<Given>): Full;
}
export declare class WarmStart {
    #private;
    constructor(owner: string, from: LimitSnapshot | undefined);
    has(detail: string): boolean;
    number(detail: string, otherwise: number, min?: number, max?: number): number;
    numbers(detail: string, count: number): number[];
}

// concurrency/limit/vegas.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type VegasLimitOptions, type VegasLimitSettings } from './vegas-options.ts';
export declare class VegasLimit implements LearningLimit<VegasLimitSettings> {
    #private;
    constructor(options?: VegasLimitOptions);
    get value(): number;
    get failures(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<VegasLimitSettings>): void;
}

// concurrency/limit/vegas-options.d.ts
import type { Random } from '../../clock.ts';
import type { LimitSnapshot } from '../limit.ts';
import { type FullBounds, type LimitBounds } from './bounds.ts';
import { type InflightCeilingOptions } from './inflight-ceiling.ts';
import { type LimitFunction } from './limit-functions.ts';
import { type BaselineOptions } from './rtt-baseline.ts';
export interface VegasLimitSettings extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
    readonly smoothing?: number;
    readonly alpha?: number | LimitFunction;
    readonly beta?: number | LimitFunction;
    readonly threshold?: number | LimitFunction;
    readonly increase?: number | LimitFunction;
    readonly decrease?: number | LimitFunction;
    readonly probeMultiplier?: number;
}
export interface VegasLimitOptions extends VegasLimitSettings, Pick<LimitBounds, 'initialLimit'> {
    readonly warmStart?: LimitSnapshot;
    readonly random?: Random;
}
type Rules = Record<'alpha' | 'beta' | 'threshold' | 'increase' | 'decrease', LimitFunction>;
export type FullVegasSettings = FullBounds & Required<VegasLimitSettings> & Rules;
export declare const vegasDefaults: Rules;
export declare const vegasNames: readonly string[];
export declare function checkVegas(owner: string, options: VegasLimitOptions): FullVegasSettings;
export {};

// concurrency/limit/limit-functions.d.ts
import type { Random } from '../../clock.ts';
import { type NumberBounds } from '../../options.ts';
export type LimitFunction = (limit: number) => number;
export declare function log10i(limit: number): number;
export declare function sqrti(limit: number): number;
export declare function checkAmount(owner: string, option: string, value: number | LimitFunction, bounds: NumberBounds): LimitFunction;
export declare class GuardedFunctions {
    failures: number;
    call(fn: LimitFunction, limit: number, otherwise: LimitFunction): number;
    chance(random: Random): number;
}

// concurrency/limit/rtt-baseline.d.ts
import type { Millis } from '../../ticket.ts';
export interface BaselineOptions {
    readonly minBaselineMs?: Millis;
    readonly maxBaselineMs?: Millis;
}
export declare const baselineOptions: readonly ['minBaselineMs', 'maxBaselineMs'];
export declare function checkBaseline(owner: string, options: BaselineOptions): Required<BaselineOptions>;
export declare function boundBaseline(learntMs: Millis, bounds: Required<BaselineOptions>): Millis;
export declare function gradient(rttMs: Millis, baselineMs: Millis, tolerance: number): number;
export declare function isRtt(rttMs: Millis): boolean;

// concurrency/limit/gradient.d.ts
import { type Random } from '../../clock.ts';
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
import { type InflightCeilingOptions } from './inflight-ceiling.ts';
import { type LimitFunction } from './limit-functions.ts';
import { type BaselineOptions } from './rtt-baseline.ts';
export interface GradientLimitSettings extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
    readonly queueSize?: number | LimitFunction;
    readonly smoothing?: number;
    readonly rttTolerance?: number;
    readonly backoffRatio?: number;
    readonly probeInterval?: number;
}
export interface GradientLimitOptions extends GradientLimitSettings, Pick<LimitBounds, 'initialLimit'> {
    readonly warmStart?: LimitSnapshot;
    readonly random?: Random;
}
export declare class GradientLimit implements LearningLimit<GradientLimitSettings> {
    #private;
    constructor(options?: GradientLimitOptions);
    get value(): number;
    get failures(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<GradientLimitSettings>): void;
}

// concurrency/limit/gradient2.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
import { type InflightCeilingOptions } from './inflight-ceiling.ts';
import { type LimitFunction } from './limit-functions.ts';
import { type BaselineOptions } from './rtt-baseline.ts';
export interface Gradient2LimitSettings extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
    readonly queueSize?: number | LimitFunction;
    readonly smoothing?: number;
    readonly rttTolerance?: number;
    readonly longWindow?: number;
    readonly warmup?: number;
}
export interface Gradient2LimitOptions extends Gradient2LimitSettings, Pick<LimitBounds, 'initialLimit'> {
    readonly warmStart?: LimitSnapshot;
}
export declare class Gradient2Limit implements LearningLimit<Gradient2LimitSettings> {
    #private;
    constructor(options?: Gradient2LimitOptions);
    get value(): number;
    get failures(): number;
    sample(now: Millis, rttMs: Millis, inflight: number): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<Gradient2LimitSettings>): void;
}

// concurrency/limit/windowed.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, Limit, LimitSnapshot } from '../limit.ts';
export interface WindowedLimitSettings {
    readonly minWindowMs?: Millis;
    readonly maxWindowMs?: Millis;
    readonly windowSize?: number;
    readonly minRttMs?: Millis;
    readonly sampleWindow?: 'average' | 'percentile';
    readonly percentile?: number;
    readonly maxSamples?: number;
}
export interface WindowedLimitOptions extends WindowedLimitSettings {
    readonly warmStart?: LimitSnapshot;
}
export declare class WindowedLimit implements LearningLimit<WindowedLimitSettings> {
    #private;
    constructor(delegate: Limit, options?: WindowedLimitOptions);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost(now: Millis, rttMs: Millis, inflight: number): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<WindowedLimitSettings>): void;
}
export declare function delegateSnapshot(snapshot: LimitSnapshot): LimitSnapshot;

// concurrency/limit/bbr.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type BbrOptions, type BbrTuning } from './bbr-options.ts';
export declare function bbrInflight(maxPass: number, minRttMs: Millis, bucketsPerSecond: number): number;
export declare class BbrLimit implements LearningLimit<BbrTuning> {
    #private;
    failures: number;
    constructor(options?: BbrOptions);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost(now: Millis, _rttMs: Millis, inflight: number): void;
    tick(now: Millis): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<BbrTuning>): void;
}

// concurrency/limit/bbr-options.d.ts
import type { Signal } from '../../signal/signal.ts';
import type { Millis } from '../../ticket.ts';
import type { LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
export type BbrRule = 'aegis' | 'sentinel';
export interface BbrTuning {
    readonly minLimit?: number;
    readonly maxLimit?: number;
    readonly threshold?: number;
    readonly cooldownMs?: Millis;
    readonly maxBaselineMs?: Millis;
}
export interface BbrOptions extends BbrTuning, LimitBounds {
    readonly initialLimit?: number;
    readonly cpu?: Signal;
    readonly rule?: BbrRule;
    readonly windowMs?: Millis;
    readonly buckets?: number;
    readonly resolutionMs?: Millis;
    readonly warmStart?: LimitSnapshot;
}
export interface FullBbr {
    readonly initialLimit: number;
    readonly rule: BbrRule;
    readonly windowMs: Millis;
    readonly buckets: number;
    readonly resolutionMs: Millis;
    readonly tuning: FullTuning;
}
type FullTuning = Required<BbrTuning>;
export declare function checkBbr(options: BbrOptions): FullBbr;
export declare function checkBbrTuning(options: BbrTuning): FullTuning;
export {};

// concurrency/limit/envoy-gradient.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type EnvoyGradientOptions, type EnvoyGradientTuning } from './envoy-gradient-options.ts';
export declare class EnvoyGradientLimit implements LearningLimit<EnvoyGradientTuning> {
    #private;
    constructor(options?: EnvoyGradientOptions);
    get value(): number;
    sample(now: Millis, rttMs: Millis): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<EnvoyGradientTuning>): void;
}

// concurrency/limit/envoy-gradient-options.d.ts
import type { Random } from '../../clock.ts';
import type { Millis } from '../../ticket.ts';
import type { LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
export interface EnvoyGradientTuning {
    readonly minLimit?: number;
    readonly maxLimit?: number;
    readonly windowMs?: Millis;
    readonly percentile?: number;
    readonly buffer?: number;
    readonly probeConcurrency?: number;
    readonly probeSamples?: number;
    readonly intervalMs?: Millis;
    readonly jitter?: number;
    readonly fixedMinRttMs?: Millis;
    readonly maxBaselineMs?: Millis;
}
export interface EnvoyGradientOptions extends EnvoyGradientTuning, LimitBounds {
    readonly initialLimit?: number;
    readonly random?: Random;
    readonly warmStart?: LimitSnapshot;
}
export type FullEnvoyGradient = Required<EnvoyGradientTuning>;
export declare function checkEnvoyGradient(options: EnvoyGradientOptions): number;
export declare function checkEnvoyGradientTuning(options: EnvoyGradientTuning): FullEnvoyGradient;

// concurrency/limit/correlation.d.ts
import type { Millis } from '../../ticket.ts';
import type { LearningLimit, LimitSnapshot } from '../limit.ts';
import { type CorrelationOptions, type CorrelationTuning } from './correlation-options.ts';
export declare class CorrelationLimit implements LearningLimit<CorrelationTuning> {
    #private;
    constructor(options?: CorrelationOptions);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    snapshot(): LimitSnapshot;
    update(change: Partial<CorrelationTuning>): void;
}

// concurrency/limit/correlation-options.d.ts
import type { Millis } from '../../ticket.ts';
import type { LimitSnapshot } from '../limit.ts';
import { type LimitBounds } from './bounds.ts';
export interface CorrelationTuning {
    readonly minLimit?: number;
    readonly maxLimit?: number;
    readonly minWindowMs?: Millis;
    readonly maxWindowMs?: Millis;
    readonly minSamples?: number;
    readonly percentile?: number;
    readonly maxLimitFactor?: number;
    readonly maxBaselineMs?: Millis;
}
export interface CorrelationOptions extends CorrelationTuning, LimitBounds {
    readonly initialLimit?: number;
    readonly baselineAge?: number;
    readonly correlationWindows?: number;
    readonly warmStart?: LimitSnapshot;
}
export type FullCorrelation = Required<CorrelationTuning>;
export interface CorrelationFrame {
    readonly initialLimit: number;
    readonly baselineAge: number;
    readonly correlationWindows: number;
}
export declare function checkCorrelation(options: CorrelationOptions): CorrelationFrame;
export declare function checkCorrelationTuning(options: CorrelationTuning): FullCorrelation;

// execute/executor.d.ts
import type { Job, JobContext, JobOptions } from './job.ts';
import { type MapOptions } from './map.ts';
import type { ExecutorOptions, ExecutorUpdate } from './options.ts';
export declare class Executor {
    #private;
    constructor(options: ExecutorOptions);
    get running(): number;
    get waiting(): number;
    get abandoned(): number;
    get failures(): number;
    get paused(): boolean;
    get closed(): boolean;
    run<T>(job: Job<T>, options?: JobOptions): Promise<T>;
    map<T, R>(items: Iterable<T> | AsyncIterable<T>, fn: (item: T, context: JobContext) => R | PromiseLike<R>, options?: MapOptions): AsyncGenerator<R, void, undefined>;
    room(): Promise<void>;
    idle(): Promise<void>;
    pause(): void;
    resume(): void;
    wake(): void;
    drain(): Promise<void>;
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    update(change: ExecutorUpdate): void;
}

// execute/job.d.ts
import type { CancelSignal } from '../run.ts';
import type { Millis, TicketInit } from '../ticket.ts';
export type JobSignal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer Signal;
    };
} ? Signal : CancelSignal;
export interface JobContext {
    readonly signal: JobSignal;
}
export declare class PlainContext implements JobContext {
    #private;
    get signal(): JobSignal;
}
export type Job<T> = (context: JobContext) => T | PromiseLike<T>;
export interface JobOptions extends TicketInit {
    readonly signal?: CancelSignal;
    readonly timeoutMs?: Millis;
}

// execute/map.d.ts
import type { Executor } from './executor.ts';
import type { JobContext, JobOptions } from './job.ts';
export interface MapOptions extends JobOptions {
    readonly lookahead?: number;
}
type Mapper<T, R> = (item: T, context: JobContext) => R | PromiseLike<R>;
export declare function mapOrdered<T, R>(executor: Executor, items: Iterable<T> | AsyncIterable<T>, fn: Mapper<T, R>, options: MapOptions & {
    readonly lookahead: number;
}): AsyncGenerator<R, void, undefined>;
export {};

// execute/options.d.ts
import type { Clock } from '../clock.ts';
import type { Limit } from '../concurrency/limit.ts';
import { ConcurrencyLimiter } from '../concurrency/limiter.ts';
import { SettableLimit } from '../concurrency/limit/settable.ts';
import type { Limiter } from '../limiter.ts';
import type { Discipline } from '../queue/discipline.ts';
import type { Waiter } from '../queue/waiter.ts';
import type { Millis, Outcome } from '../ticket.ts';
export interface ExecutorUpdate {
    readonly concurrency?: number;
    readonly maxQueue?: number;
    readonly maxWaitMs?: Millis;
    readonly timeoutMs?: Millis;
}
export interface ExecutorOptions extends ExecutorUpdate {
    readonly limit?: Limit;
    readonly limiter?: Limiter;
    readonly discipline?: Discipline<Waiter>;
    readonly holdUntilEnded?: boolean;
    readonly outcomeOf?: (error: unknown) => Outcome;
    readonly name?: string;
    readonly clock?: Clock;
}
export interface Admission {
    readonly limiter: Limiter;
    readonly places: ConcurrencyLimiter | undefined;
    readonly settable: SettableLimit | undefined;
}
export declare function checkExecutor(options: ExecutorOptions): Admission;
export declare function checkChange(change: ExecutorUpdate, admission: Admission, hasDiscipline: boolean): void;
export declare function checkTimeout(timeoutMs: Millis): Millis;

// execute/errors.d.ts
import type { CancelSignal } from '../run.ts';
import type { Millis } from '../ticket.ts';
export declare class JobTimeoutError extends Error {
    readonly name = "TimeoutError";
    readonly timeoutMs: Millis;
    constructor(timeoutMs: Millis);
}
export declare class JobAbortedError extends Error {
    readonly name = "AbortError";
    constructor();
}
export declare function abortReason(signal: CancelSignal & {
    readonly reason?: unknown;
}): unknown;

// execute/limit-concurrency.d.ts
import type { Limit } from '../concurrency/limit.ts';
import type { Limiter } from '../limiter.ts';
import { Executor } from './executor.ts';
import type { JobOptions } from './job.ts';
import type { ExecutorOptions } from './options.ts';
export interface LimitConcurrencyOptions<A extends readonly unknown[]> extends Omit<ExecutorOptions, 'concurrency' | 'limit' | 'limiter'> {
    readonly optionsOf?: (...args: A) => JobOptions | undefined;
}
export interface Limited<A extends readonly unknown[], R> {
    (...args: A): Promise<Awaited<R>>;
    readonly executor: Executor;
    readonly failures: number;
}
export declare function limitConcurrency<A extends readonly unknown[], R>(fn: (...args: A) => R, limit: number | Limit | Limiter, options?: LimitConcurrencyOptions<A>): Limited<A, R>;

// estimate/ewma.d.ts
import type { Millis } from '../ticket.ts';
export interface EwmaOptions {
    readonly weight: number;
}
export declare class Ewma {
    #private;
    constructor(options: EwmaOptions);
    get value(): number;
    add(sample: number): void;
    reset(): void;
}
export interface TimeEwmaOptions {
    readonly timeConstantMs: Millis;
}
export declare class TimeEwma {
    #private;
    constructor(options: TimeEwmaOptions);
    get value(): number;
    add(sample: number, now: Millis): void;
    reset(): void;
}
export declare function checkTimeConstant(owner: string, timeConstantMs: Millis): Millis;

// estimate/rate-meter.d.ts
import type { Millis } from '../ticket.ts';
export interface RateMeterOptions {
    readonly timeConstantMs: Millis;
    readonly startAt?: Millis;
}
export declare class RateMeter {
    #private;
    constructor(options: RateMeterOptions);
    add(now: Millis, events?: number): void;
    perSecond(now: Millis): number;
    reset(startAt?: Millis): void;
}
export interface WindowRateMeterOptions {
    readonly windowMs: Millis;
    readonly slots?: number;
    readonly startAt?: Millis;
}
export declare class WindowRateMeter {
    #private;
    constructor(options: WindowRateMeterOptions);
    add(now: Millis, events?: number): void;
    perSecond(now: Millis): number;
    get spanMs(): Millis;
    reset(): void;
}

// estimate/windowed-min.d.ts
import type { Millis } from '../ticket.ts';
export interface WindowedExtremeOptions {
    readonly windowMs: Millis;
    readonly slots?: number;
}
export declare class WindowedMin {
    #private;
    constructor(options: WindowedExtremeOptions);
    add(sample: number, now: Millis): void;
    min(now: Millis): number;
    reset(): void;
}
export declare class WindowedMax {
    #private;
    constructor(options: WindowedExtremeOptions);
    add(sample: number, now: Millis): void;
    max(now: Millis): number;
    reset(): void;
}

// estimate/quantile-sketch.d.ts
import type { Millis } from '../ticket.ts';
export interface QuantileSketchOptions {
    readonly relativeError?: number;
    readonly min?: number;
    readonly max?: number;
    readonly timeConstantMs?: Millis;
}
export declare class QuantileSketch {
    #private;
    constructor(options?: QuantileSketchOptions);
    count(now?: Millis): number;
    add(sample: number, now?: Millis): void;
    quantile(q: number): number;
    merge(other: QuantileSketch): void;
    reset(): void;
}

// estimate/little.d.ts
import type { Millis } from '../ticket.ts';
export interface LittleOptions {
    readonly windowMs?: Millis;
    readonly slots?: number;
    readonly memoryMs?: Millis;
    readonly headroom?: number;
}
export interface LittleSnapshot {
    readonly spanMs: Millis;
    readonly inflight: number;
    readonly meanInflight: number;
    readonly perSecond: number;
    readonly arrivalsPerSecond: number;
    readonly meanSojournMs: Millis;
    readonly residual: number;
    readonly capacityPerSecond: number;
    readonly leastSojournMs: Millis;
    readonly suggestedLimit: number;
    readonly faults: number;
}
export declare class LittleEstimator {
    #private;
    constructor(options?: LittleOptions);
    arrived(now: Millis): void;
    departed(now: Millis, sojournMs: Millis): void;
    withdrawn(now: Millis): void;
    snapshot(now: Millis): LittleSnapshot;
}

// estimate/measure.d.ts
import { type Idling } from '../compose/idle.ts';
import type { Described, Limiter } from '../limiter.ts';
import type { LittleEstimator } from './little.ts';
export declare function measure(limiter: Limiter, estimator: LittleEstimator): Limiter & Described & Idling;

// client/tries.d.ts
import type { Millis, Outcome, Ticket } from '../ticket.ts';
export type TryKind = 
'first'
 | 'retry'
 | 'timeout-retry'
 | 'hedge';
export interface TryBudget {
    start(kind: TryKind, now: Millis): boolean;
    end(kind: TryKind, outcome: Outcome, now: Millis, startedAt: Millis): void;
    available(now: Millis): number;
    isIdle(now: Millis): boolean;
}
export declare function kindOfTry(ticket: Ticket): TryKind;

// client/retry-budget.d.ts
import type { Millis, Outcome } from '../ticket.ts';
import type { TryBudget, TryKind } from './tries.ts';
export interface RetryBudgetOptions {
    readonly ratio?: number;
    readonly minPerSecond?: number;
    readonly ttlMs?: Millis;
}
export declare class RetryBudget implements TryBudget {
    #private;
    constructor(options?: RetryBudgetOptions);
    start(kind: TryKind, now: Millis): boolean;
    end(kind: TryKind, outcome: Outcome, now: Millis, startedAt: Millis): void;
    available(now: Millis): number;
    isIdle(now: Millis): boolean;
    update(change: Omit<RetryBudgetOptions, 'ttlMs'>, now: Millis): void;
}

// client/retry-token-bucket.d.ts
import type { Millis, Outcome } from '../ticket.ts';
import type { TryBudget, TryKind } from './tries.ts';
export interface RetryTokenBucketOptions {
    readonly capacity?: number;
    readonly retryCost?: number;
    readonly timeoutRetryCost?: number;
    readonly successGain?: number;
}
export declare class RetryTokenBucket implements TryBudget {
    #private;
    constructor(options?: RetryTokenBucketOptions);
    get tokens(): number;
    start(kind: TryKind, _now?: Millis): boolean;
    end(kind: TryKind, outcome: Outcome): void;
    available(_now?: Millis): number;
    isIdle(_now?: Millis): boolean;
    update(change: RetryTokenBucketOptions): void;
}

// client/concurrent-retry-budget.d.ts
import type { Millis, Outcome } from '../ticket.ts';
import type { TryBudget, TryKind } from './tries.ts';
export interface ConcurrentRetryBudgetOptions {
    readonly ratio?: number;
    readonly minConcurrent?: number;
}
export declare class ConcurrentRetryBudget implements TryBudget {
    #private;
    constructor(options?: ConcurrentRetryBudgetOptions);
    get firsts(): number;
    get extras(): number;
    start(kind: TryKind, _now?: Millis): boolean;
    end(kind: TryKind, _outcome: Outcome): void;
    available(_now?: Millis): number;
    isIdle(_now?: Millis): boolean;
    update(change: ConcurrentRetryBudgetOptions): void;
}

// client/retry-budget-limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import { type TryBudget, type TryKind } from './tries.ts';
export interface RetryBudgetLimiterOptions {
    readonly name?: string;
    readonly kindOf?: (ticket: Ticket) => TryKind;
}
export declare class RetryBudgetLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    failures: number;
    readonly budget: TryBudget;
    constructor(budget: TryBudget, options?: RetryBudgetLimiterOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    isIdle(now: Millis): boolean;
}

// client/adaptive-throttle.d.ts
import { type Random } from '../clock.ts';
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
export interface AdaptiveThrottleOptions {
    readonly name?: string;
    readonly k?: number;
    readonly windowMs?: Millis;
    readonly minRequests?: number;
    readonly graceMs?: Millis;
    readonly maxProbability?: number;
    readonly perCriticality?: boolean;
    readonly retryAfterMs?: Millis;
    readonly random?: Random;
}
export type AdaptiveThrottleUpdate = Pick<AdaptiveThrottleOptions, 'k' | 'minRequests' | 'maxProbability'>;
export declare class AdaptiveThrottle implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(options?: AdaptiveThrottleOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    probability(now: Millis, ticket?: Ticket): number;
    isIdle(now: Millis): boolean;
    update(change: AdaptiveThrottleUpdate): void;
}

// client/admission-control.d.ts
import { type Random } from '../clock.ts';
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
export interface AdmissionControlOptions {
    readonly name?: string;
    readonly successThreshold?: number;
    readonly aggression?: number;
    readonly perSecondThreshold?: number;
    readonly maxProbability?: number;
    readonly windowMs?: Millis;
    readonly retryAfterMs?: Millis;
    readonly random?: Random;
}
export type AdmissionControlUpdate = Pick<AdmissionControlOptions, 'successThreshold' | 'aggression' | 'perSecondThreshold' | 'maxProbability'>;
export declare class AdmissionControl implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(options?: AdmissionControlOptions);
    admit(_ticket: Ticket, now: Millis): Verdict;
    settle(_ticket: Ticket, now: Millis, outcome: Outcome): void;
    probability(now: Millis): number;
    isIdle(now: Millis): boolean;
    update(change: AdmissionControlUpdate): void;
}

// client/circuit-options.d.ts
import type { Millis } from '../ticket.ts';
export interface CircuitUpdate {
    readonly consecutiveFailures?: number;
    readonly failureRatio?: number;
    readonly slowCallRatio?: number;
    readonly slowCallMs?: Millis;
    readonly minimumCalls?: number;
    readonly openMs?: Millis;
    readonly openFactor?: number;
    readonly maxOpenMs?: Millis;
    readonly probes?: number;
    readonly successesToClose?: number;
    readonly probeTimeoutMs?: Millis;
}
export interface CircuitOptions extends CircuitUpdate {
    readonly name?: string;
    readonly windowMs?: Millis;
    readonly windowCalls?: number;
}
export interface CircuitRule {
    readonly consecutiveFailures: number;
    readonly failureRatio: number;
    readonly slowCallRatio: number;
    readonly slowCallMs: Millis;
    readonly minimumCalls: number;
    readonly openMs: Millis;
    readonly openFactor: number;
    readonly maxOpenMs: Millis;
    readonly probes: number;
    readonly successesToClose: number;
    readonly probeTimeoutMs: Millis;
}
export declare function checkCircuit(options: CircuitOptions): CircuitRule;
export declare function changeCircuit(change: CircuitUpdate, rule: CircuitRule, windowCalls: number | undefined): CircuitRule;

// client/circuit-breaker.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { CircuitOptions, CircuitUpdate } from './circuit-options.ts';
export interface ClosedCircuit {
    readonly kind: 'closed';
    readonly since: Millis;
}
export interface OpenCircuit {
    readonly kind: 'open';
    readonly openedAt: Millis;
    readonly until: Millis;
    readonly openings: number;
}
export interface HalfOpenCircuit {
    readonly kind: 'half-open';
    readonly since: Millis;
    readonly openings: number;
    readonly probing: number;
    readonly succeeded: number;
    readonly lastProbeAt: Millis;
}
export interface IsolatedCircuit {
    readonly kind: 'isolated';
    readonly since: Millis;
}
export type CircuitState = ClosedCircuit | OpenCircuit | HalfOpenCircuit | IsolatedCircuit;
export interface CircuitSnapshot {
    readonly name: string;
    readonly state: CircuitState;
    readonly calls: number;
    readonly failures: number;
    readonly slow: number;
    readonly consecutive: number;
}
export declare class CircuitBreaker implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(options?: CircuitOptions);
    get state(): CircuitState;
    admit(_ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    isolate(now: Millis): void;
    close(now: Millis): void;
    isIdle(now: Millis): boolean;
    update(change: CircuitUpdate): void;
    snapshot(now: Millis): CircuitSnapshot;
}

// client/backoff.d.ts
import { type Random } from '../clock.ts';
import type { Millis } from '../ticket.ts';
export interface BackoffOptions {
    readonly baseMs?: Millis;
    readonly maxMs?: Millis;
    readonly factor?: number;
    readonly random?: Random;
}
export interface BackoffHint {
    readonly previousMs?: Millis | undefined;
    readonly atLeastMs?: Millis | undefined;
}
export type Backoff = (retry: number, hint?: BackoffHint) => Millis;
export declare function exponentialBackoff(options?: BackoffOptions): Backoff;
export declare function fullJitter(options?: BackoffOptions): Backoff;
export declare function equalJitter(options?: BackoffOptions): Backoff;
export declare function decorrelatedJitter(options?: BackoffOptions): Backoff;

// client/hedge-policy.d.ts
import type { Millis } from '../ticket.ts';
import type { TryBudget } from './tries.ts';
export interface HedgeOptions {
    readonly delayMs: Millis | (() => Millis);
    readonly ratio?: number;
    readonly maxHedges?: number;
    readonly budget?: TryBudget;
}
export declare class HedgePolicy {
    #private;
    readonly budget: TryBudget;
    failures: number;
    constructor(options: HedgeOptions);
    afterMs(hedges: number): Millis;
    start(now: Millis): boolean;
}

// hysteresis.d.ts
import type { Millis } from './ticket.ts';
export interface HysteresisOptions {
    readonly high: number;
    readonly low: number;
    readonly enterAfterMs?: Millis;
    readonly leaveAfterMs?: Millis;
}
export declare class Hysteresis {
    #private;
    constructor(options: HysteresisOptions);
    get active(): boolean;
    observe(value: number, now: Millis): boolean;
    reset(): void;
    update(change: Partial<HysteresisOptions>): void;
}

// share/partitioned-limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Limit } from '../concurrency/limit.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { PartitionedLimiterOptions, PartitionShares } from './partitions.ts';
import type { PartitionSnapshot } from './partitions.ts';
export interface PartitionedSnapshot {
    readonly limit: number;
    readonly inflight: number;
    readonly partitions: readonly PartitionSnapshot[];
}
export declare class PartitionedLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    failures: number;
    constructor(limit: Limit, options: PartitionedLimiterOptions);
    get inflight(): number;
    get limit(): Limit;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    isIdle(_now: Millis): boolean;
    update(change: Partial<PartitionShares>): void;
    snapshot(): PartitionedSnapshot;
}

// share/partitions.d.ts
import type { Millis, Rejection, Ticket } from '../ticket.ts';
export type Borrowing = 'none' | 'idle';
export interface PartitionShares {
    readonly partitions: Readonly<Record<string, number>>;
    readonly borrowing?: Borrowing;
    readonly reserved?: number;
    readonly retryAfterMs?: Millis;
}
export interface PartitionedLimiterOptions extends PartitionShares {
    readonly partitionOf: (ticket: Ticket) => string | undefined;
    readonly defaultPartition?: string;
    readonly name?: string;
}
export interface PartitionSnapshot {
    readonly name: string;
    readonly share: number;
    readonly limit: number;
    readonly inflight: number;
    readonly borrowed: number;
}
export interface Partition {
    readonly name: string;
    share: number;
    limit: number;
    reserved: number;
    inflight: number;
    wanted: number;
    wantedUntil: Millis;
    full: Rejection;
}
export type FullShares = Required<PartitionShares>;
export declare function checkPartitioned(options: PartitionedLimiterOptions): FullShares;
export declare function changeShares(before: FullShares, change: Partial<PartitionShares>): FullShares;
export declare function reservedPlaces(limit: number, reserved: number): number;

// share/fair-share.d.ts
import type { Millis } from '../ticket.ts';
import type { FairShareOptions, FairShareSnapshot } from './fair-share-options.ts';
export declare class FairShare {
    #private;
    failures: number;
    constructor(options?: FairShareOptions);
    get size(): number;
    isBeyond(key: string, cost: number, now: Millis, isCongested?: boolean): boolean;
    refund(key: string, cost: number): void;
    served(cost: number, now: Millis): void;
    congested(now: Millis, unserved?: number): void;
    snapshot(): FairShareSnapshot;
}

// share/fair-share-options.d.ts
import type { Random } from '../clock.ts';
import type { Millis } from '../ticket.ts';
export interface FairShareOptions {
    readonly weightOf?: (key: string) => number;
    readonly burst?: number;
    readonly holdMs?: Millis;
    readonly maxKeys?: number;
    readonly random?: Random;
}
export interface FairShareSnapshot {
    readonly keys: number;
    readonly weight: number;
    readonly perSecond: number;
}
export declare const fairShareOptions: readonly string[];
export interface FullFairShare {
    readonly weightOf: ((key: string) => number) | undefined;
    readonly burst: number;
    readonly holdMs: Millis;
    readonly maxKeys: number;
    readonly random: Random | undefined;
}
export declare function checkFairShare(owner: string, options: FairShareOptions): FullFairShare;

// share/fair-share-limiter.d.ts
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { FairShareOptions, FairShareSnapshot } from './fair-share-options.ts';
export interface FairShareLimiterOptions extends Omit<FairShareOptions, 'holdMs'> {
    readonly by?: (ticket: Ticket) => string | undefined;
    readonly congested?: (now: Millis) => boolean;
    readonly reserve?: number;
    readonly name?: string;
    readonly retryAfterMs?: Millis;
}
export declare class FairShareLimiter implements Limiter {
    #private;
    readonly name: string;
    constructor(options?: FairShareLimiterOptions);
    get failures(): number;
    get inflight(): number;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    update(change: Pick<FairShareLimiterOptions, 'reserve' | 'retryAfterMs'>): void;
    snapshot(): FairShareSnapshot;
}

// share/usage-tracker.d.ts
import type { Random } from '../clock.ts';
import type { Millis } from '../ticket.ts';
export interface UsageTrackerOptions {
    readonly halfLifeMs?: Millis;
    readonly maxKeys?: number;
    readonly random?: Random;
}
export declare class UsageTracker {
    #private;
    constructor(options?: UsageTrackerOptions);
    get size(): number;
    record(key: string, amount: number, now: Millis): void;
    usage(key: string, now: Millis): number;
    cohortOf(key: string, now: Millis): number;
}

// priority/pi-controller.d.ts
import type { Millis } from '../ticket.ts';
export interface PiOptions {
    readonly kp: number;
    readonly ki: number;
    readonly min: number;
    readonly max: number;
}
export declare class PiController {
    #private;
    constructor(options: PiOptions);
    get value(): number;
    step(error: number, elapsedMs: Millis): number;
    reset(): void;
    update(change: Partial<PiOptions>): void;
}

// priority/level-histogram.d.ts
export declare class LevelHistogram {
    #private;
    constructor(levels: number, history: number);
    get size(): number;
    add(level: number): void;
    cut(share: number): number;
}

// priority/threshold-limiter.d.ts
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { PriorityThresholdOptions, PriorityThresholdUpdate } from './threshold-options.ts';
export interface PriorityThresholdSnapshot {
    readonly ratio: number;
    readonly threshold: number;
    readonly inflight: number;
}
export declare class PriorityThresholdLimiter implements Limiter {
    #private;
    readonly name: string;
    failures: number;
    constructor(options?: PriorityThresholdOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    update(change: PriorityThresholdUpdate): void;
    snapshot(): PriorityThresholdSnapshot;
}

// priority/threshold-options.d.ts
import type { Random } from '../clock.ts';
import type { Millis, Ticket } from '../ticket.ts';
export interface PriorityThresholdUpdate {
    readonly kp?: number;
    readonly ki?: number;
    readonly queueMs?: Millis;
    readonly tickMs?: Millis;
    readonly retryAfterMs?: Millis;
}
export interface PriorityThresholdOptions extends PriorityThresholdUpdate {
    readonly signal?: 'flow' | 'delay';
    readonly cohortOf?: (ticket: Ticket, now: Millis) => number;
    readonly free?: () => number;
    readonly history?: number;
    readonly name?: string;
    readonly random?: Random;
}
export type FullUpdate = Required<PriorityThresholdUpdate>;
export declare function checkThreshold(options: PriorityThresholdOptions): FullUpdate;
export declare function changeThreshold(before: FullUpdate, change: PriorityThresholdUpdate): FullUpdate;

// queue/lifo.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import { type ArrivalOverflow } from './overflow.ts';
import type { Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface LifoOptions<T = unknown> extends QueueOptions<T> {
    readonly overflow?: ArrivalOverflow;
}
export declare class Lifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: LifoOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    update(change: Partial<QueueBounds>): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/adaptive-lifo.d.ts
import type { Millis } from '../ticket.ts';
import { type QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import { type ArrivalOverflow } from './overflow.ts';
import type { Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface StandingRule {
    readonly intervalMs?: Millis;
    readonly targetMs?: Millis;
}
export interface AdaptiveLifoOptions<T = unknown> extends QueueOptions<T>, StandingRule {
    readonly overflow?: ArrivalOverflow;
}
export type AdaptiveLifoUpdate = Partial<QueueBounds> & StandingRule;
export declare class AdaptiveLifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: AdaptiveLifoOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    get standing(): boolean;
    update(change: AdaptiveLifoUpdate): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/service-codel-state.d.ts
import type { Millis } from '../ticket.ts';
export interface CodelRule {
    readonly targetMs?: Millis;
    readonly intervalMs?: Millis;
}
export declare const codelRuleNames: readonly string[];
export declare function checkCodelRule(owner: string, change: CodelRule, old?: Required<CodelRule>): Required<CodelRule>;
export declare class ServiceCodelState {
    #private;
    constructor(rule?: CodelRule, startAt?: Millis);
    get overloaded(): boolean;
    get minDelayMs(): Millis;
    get load(): number;
    update(change: CodelRule): void;
    shouldDrop(delayMs: Millis, now: Millis): boolean;
    undo(): void;
    dropsAfter(enteredAt: Millis): Millis;
}

// queue/service-codel.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import { type ArrivalOverflow } from './overflow.ts';
import type { Queueable } from './reading.ts';
import { type CodelRule } from './service-codel-state.ts';
import type { Waiter } from './waiter.ts';
export interface ServiceCodelOptions<T = unknown> extends QueueOptions<T>, CodelRule {
    readonly order?: 'fifo' | 'adaptive-lifo';
    readonly overflow?: ArrivalOverflow;
}
export type ServiceCodelUpdate = Partial<QueueBounds> & CodelRule;
export declare class ServiceCodel<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: ServiceCodelOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    get overloaded(): boolean;
    update(change: ServiceCodelUpdate): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    passed(now: Millis): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/codel.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import { type ArrivalOverflow } from './overflow.ts';
import type { Queueable } from './reading.ts';
import { type CodelRule } from './service-codel-state.ts';
import type { Waiter } from './waiter.ts';
export interface CodelOptions<T = unknown> extends QueueOptions<T>, CodelRule {
    readonly maxPacket?: number;
    readonly overflow?: ArrivalOverflow;
}
export type CodelUpdate = Partial<QueueBounds> & CodelRule;
export interface CodelSnapshot {
    readonly dropping: boolean;
    readonly count: number;
    readonly dropNext: Millis;
}
export declare class Codel<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: CodelOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    snapshot(): CodelSnapshot;
    update(change: CodelUpdate): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/priority-queue.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import type { OverflowPolicy } from './overflow.ts';
import { type Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface PriorityQueueOptions<T = unknown> extends QueueOptions<T> {
    readonly priorityOf?: (item: T) => number;
    readonly within?: (priority: number) => InnerDiscipline<T>;
    readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-lowest'>;
}
export declare class PriorityQueue<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: PriorityQueueOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    update(change: Partial<QueueBounds>): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    passed(now: Millis): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/deficit-round-robin.d.ts
import type { Millis } from '../ticket.ts';
import type { QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import type { OverflowPolicy } from './overflow.ts';
import { type Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface DeficitRoundRobinOptions<T = unknown> extends QueueOptions<T> {
    readonly tenantOf?: (item: T) => string;
    readonly weightOf?: (tenant: string) => number;
    readonly quantum?: number;
    readonly maxTenants?: number;
    readonly within?: (tenant: string) => InnerDiscipline<T>;
    readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-longest'>;
}
export declare class DeficitRoundRobin<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: DeficitRoundRobinOptions<T>);
    get size(): number;
    get cost(): number;
    get tenants(): number;
    get failures(): number;
    update(change: Partial<QueueBounds>): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// queue/earliest-deadline-first.d.ts
import type { Millis } from '../ticket.ts';
import { type QueueBounds } from './bounds.ts';
import type { Drop, InnerDiscipline } from './discipline.ts';
import { type QueueOptions } from './lane.ts';
import type { OverflowPolicy } from './overflow.ts';
import { type Queueable } from './reading.ts';
import type { Waiter } from './waiter.ts';
export interface DeadlineRule {
    readonly minRemainingMs?: Millis;
}
export interface EarliestDeadlineFirstOptions<T = unknown> extends QueueOptions<T>, DeadlineRule {
    readonly deadlineOf?: (item: T) => Millis;
    readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-lowest'>;
}
export type EarliestDeadlineFirstUpdate = Partial<QueueBounds> & DeadlineRule;
export declare class EarliestDeadlineFirst<T extends Queueable = Waiter> implements InnerDiscipline<T> {
    #private;
    constructor(options: EarliestDeadlineFirstOptions<T>);
    get size(): number;
    get cost(): number;
    get failures(): number;
    update(change: EarliestDeadlineFirstUpdate): void;
    push(item: T, now: Millis, drop?: Drop<T>): T | undefined;
    next(now: Millis, drop: Drop<T>): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
    expire(now: Millis, drop: Drop<T>): void;
    evict(): T | undefined;
}

// signal/settable.d.ts
import type { Millis } from '../ticket.ts';
import type { Signal } from './signal.ts';
export declare class SettableSignal implements Signal {
    #private;
    readonly name: string;
    constructor(name: string);
    set(pressure: number, until?: Millis): void;
    pressure(now: Millis): number;
}
export declare function settableSignal(name: string): SettableSignal;

// signal/combine.d.ts
import type { Millis } from '../ticket.ts';
import { type PressureScale } from './scale.ts';
import type { Signal } from './signal.ts';
export interface DerivedSignal extends Signal {
    readonly failures: number;
}
export interface SmoothingOptions {
    readonly riseMs?: Millis;
    readonly fallMs?: Millis;
}
export declare function maxSignal(...signals: readonly Signal[]): DerivedSignal;
export declare function scaledSignal(signal: Signal, scale: PressureScale): DerivedSignal;
export declare function smoothedSignal(signal: Signal, options?: SmoothingOptions): DerivedSignal;

// compose/with-mode.d.ts
import type { Described, Limiter } from '../limiter.ts';
import { type Idling } from './idle.ts';
import { type ModeOptions, type ModeSnapshot, type ModeUpdate, type Shadowing } from './mode.ts';
export interface ModedLimiter extends Limiter, Described, Idling, Shadowing {
    snapshot(): ModeSnapshot;
    update(change: ModeUpdate): void;
    prepare(change: ModeUpdate): () => void;
}
export declare function withMode(limiter: Limiter, options?: ModeOptions): ModedLimiter;

// compose/with-gate-mode.d.ts
import type { Gate } from '../gate.ts';
import type { Outcome, Ticket, Verdict } from '../ticket.ts';
import { type ModeOptions, type ModeSnapshot, type ModeUpdate, type Shadowing } from './mode.ts';
export interface GateModeSnapshot extends ModeSnapshot {
    readonly wouldWait: number;
}
export interface ModedGate extends Gate, Shadowing {
    arrived(): void;
    readonly failures: number;
    snapshot(): GateModeSnapshot;
    update(change: ModeUpdate): void;
    prepare(change: ModeUpdate): () => void;
}
export declare class WithGateMode implements ModedGate {
    #private;
    failures: number;
    constructor(gate: Gate, options: ModeOptions, owner?: string);
    get isTransparent(): boolean;
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    arrived(): void;
    shadowed(ticket: Ticket): Verdict | Promise<Verdict>;
    snapshot(): GateModeSnapshot;
    update(change: ModeUpdate): void;
    prepare(change: ModeUpdate): () => void;
}
export declare function withGateMode(gate: Gate, options?: ModeOptions): ModedGate;

// compose/update-all.d.ts
export interface Updatable<Change> {
    update(change: Change): void;
    prepare?(change: Change): () => void;
}
export type PartsToUpdate<Changes extends readonly unknown[]> = {
    readonly [I in keyof Changes]: readonly [part: Updatable<Changes[I]>, change: NoInfer<Changes[I]>];
};
export declare function updateAll<const Changes extends readonly unknown[]>(...parts: PartsToUpdate<Changes>): void;

// compose/observe-limiter.d.ts
import type { Described, Limiter } from '../limiter.ts';
import { type Idling } from './idle.ts';
import { type Observer } from './observe.ts';
export interface ObservedLimiter extends Limiter, Described, Idling {
    readonly failures: number;
}
export declare function observeLimiter(limiter: Limiter, observer: Observer): ObservedLimiter;

// overload/gc-spiral.d.ts
import type { Signal } from '../signal/signal.ts';
import type { Millis } from '../ticket.ts';
export interface GcSpiralOptions {
    readonly shareLimit?: number;
    readonly liveLimit?: number;
    readonly windowMs?: Millis;
    readonly horizonMs?: Millis;
}
export interface GcCollection {
    readonly durationMs: Millis;
    readonly major?: boolean;
    readonly usedBytes?: number | undefined;
    readonly limitBytes?: number | undefined;
}
export interface GcSpiralSnapshot {
    readonly share: number;
    readonly live: number;
    readonly growthPerSecond: number;
    readonly fullInMs: Millis;
    readonly predictedShare: number;
    readonly pressure: number;
}
export declare class GcSpiral implements Signal {
    #private;
    readonly name: string;
    constructor(options?: GcSpiralOptions);
    collected(now: Millis, { durationMs, major, usedBytes, limitBytes }: GcCollection): void;
    pressure(now: Millis): number;
    snapshot(now: Millis): GcSpiralSnapshot;
}

// rate/fixed-window-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { WindowOptions, WindowRate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export declare class FixedWindowLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: WindowOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, _now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<WindowRate>, now: Millis): void;
}

// rate/sliding-window-counter-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { WindowOptions, WindowRate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export declare class SlidingWindowCounterLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: WindowOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, _now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<WindowRate>, now: Millis): void;
}

// rate/sliding-log-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { WindowRate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export interface SlidingLogOptions extends WindowRate {
    readonly name?: string;
    readonly maxEntries?: number;
}
export declare class SlidingLogLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: SlidingLogOptions);
    get bytes(): number;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, _now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<WindowRate>, now: Millis): void;
}

// rate/leaky-bucket-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { WindowRate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export interface LeakyBucketOptions extends WindowRate {
    readonly name?: string;
}
export declare class LeakyBucketLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: LeakyBucketOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    update(change: Partial<WindowRate>, now: Millis): void;
}

// rate/leaky-bucket-gate.d.ts
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { LeakyBucketOptions } from './leaky-bucket-limiter.ts';
export interface LeakyBucketGateOptions extends LeakyBucketOptions {
    readonly maxDelayMs?: Millis;
    readonly maxQueue?: number;
}
export declare class LeakyBucketGate implements Gate {
    #private;
    readonly name: string;
    constructor(clock: Clock, options: LeakyBucketGateOptions);
    get waiting(): number;
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    close(): void;
    [Symbol.dispose](): void;
    update(change: Partial<Omit<LeakyBucketGateOptions, 'name'>>): void;
}

// rate/warm-up-limiter.d.ts
import type { Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Rate } from './options.ts';
import type { QuotaLimiter } from './quota-limiter.ts';
export interface WarmUpRate extends Rate {
    readonly warmUpMs: Millis;
    readonly coldFactor?: number;
}
export interface WarmUpOptions extends WarmUpRate {
    readonly name?: string;
}
export declare class WarmUpLimiter implements QuotaLimiter {
    #private;
    readonly name: string;
    constructor(options: WarmUpOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    isIdle(now: Millis): boolean;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
    warmth(now: Millis): number;
    update(change: Partial<WarmUpRate>, now: Millis): void;
}

// concurrency/limit/slow-start.d.ts
import type { Millis } from '../../ticket.ts';
import type { Limit, LimitSnapshot } from '../limit.ts';
export interface SlowStartOptions {
    readonly durationMs: Millis;
    readonly aggression?: number;
    readonly minShare?: number;
}
export declare function slowStartShare(elapsedMs: Millis, options: SlowStartOptions): number;
export declare class SlowStartLimit implements Limit {
    #private;
    readonly limit: Limit;
    constructor(limit: Limit, options: SlowStartOptions);
    get value(): number;
    start(now: Millis): void;
    advance(now: Millis): void;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost(now: Millis, rttMs: Millis, inflight: number): void;
    snapshot(): LimitSnapshot;
}
export declare function slowStart(limit: Limit, options: SlowStartOptions): SlowStartLimit;
