// The public API of @spillway/core, as emitted. Written by "pnpm api"; do not edit.

// index.d.ts
export * from './ticket.ts';
export * from './clock.ts';
export * from './environment.ts';
export * from './limiter.ts';
export * from './gate.ts';
export * from './options.ts';
export type { Limit } from './concurrency/limit.ts';
export type { Discipline } from './queue/discipline.ts';
export type { Signal } from './signal/signal.ts';
export type { Idling } from './compose/idle.ts';
export * from './compose/all.ts';
export * from './compose/when.ts';
export * from './compose/keyed.ts';
export * from './compose/series.ts';
export * from './compose/observe.ts';
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
export type { DelayLimitOptions } from './concurrency/limit/delay.ts';
export { KneeLimit } from './concurrency/limit/knee.ts';
export type { KneeOptions, KneePhase } from './concurrency/limit/knee.ts';
export { LowestLimit } from './concurrency/limit/lowest.ts';
export { PacedGate } from './pace/gate.ts';
export type { PaceSnapshot } from './pace/gate.ts';
export type { PaceOptions } from './pace/options.ts';
export type { DecisionCounts } from './pace/refusals.ts';
export { OverloadControl, createOverloadControl } from './overload/control.ts';
export type { OverloadSnapshot } from './overload/control.ts';
export type { OverloadOptions, OverloadUpdate } from './overload/options.ts';
export { PressureLimiter } from './overload/pressure.ts';

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
 | 'cancelled';
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
}

// queue/discipline.d.ts
import type { Millis, Reason } from '../ticket.ts';
export interface Discipline<T> {
    readonly size: number;
    push(item: T, now: Millis): T | undefined;
    next(now: Millis, drop: (item: T, reason: Reason) => void): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
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
import type { Gate } from '../gate.ts';
import type { Outcome, Ticket, Verdict } from '../ticket.ts';
export interface Observer {
    decided?(ticket: Ticket, verdict: Verdict): void;
    settled?(ticket: Ticket, outcome: Outcome): void;
}
export interface Observed extends Gate {
    readonly failures: number;
}
export declare function observe(gate: Gate, observer: Observer): Observed;

// deadline.d.ts
import type { Idling } from './compose/idle.ts';
import type { Limiter } from './limiter.ts';
import type { Millis, Ticket, Verdict } from './ticket.ts';
export interface DeadlineLimiterOptions {
    readonly name?: string;
    readonly minRemainingMs?: Millis;
    readonly estimateMs?: (ticket: Ticket, now: Millis) => Millis;
}
export declare class DeadlineLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    failures: number;
    constructor(options?: DeadlineLimiterOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(): void;
    isIdle(): boolean;
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
    has(item: T): boolean;
    pushBack(item: T, at: Millis): void;
    pushFront(item: T, at: Millis): void;
    front(): T | undefined;
    back(): T | undefined;
    frontAt(): Millis;
    backAt(): Millis;
    takeFront(): T | undefined;
    takeBack(): T | undefined;
    remove(item: T): boolean;
    [Symbol.iterator](): Generator<T>;
}

// queue/fifo.d.ts
import type { Millis, Reason } from '../ticket.ts';
import type { Discipline } from './discipline.ts';
export interface FifoOptions {
    readonly capacity: number;
    readonly maxAgeMs?: Millis;
}
export declare class Fifo<T extends object | string | number> implements Discipline<T> {
    #private;
    constructor(options: FifoOptions);
    get size(): number;
    push(item: T, now: Millis): T | undefined;
    next(now: Millis, drop: (item: T, reason: Reason) => void): T | undefined;
    putBack(item: T): void;
    remove(item: T): boolean;
    expiresAt(): Millis;
}

// queue/gate.d.ts
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Reason, Ticket, Verdict } from '../ticket.ts';
import type { Discipline } from './discipline.ts';
import { type Waiter } from './waiter.ts';
export interface QueueGateOptions {
    readonly name?: string;
    readonly maxWaitMs?: Millis;
    readonly waitFor?: readonly Reason[];
}
export declare class QueueGate implements Gate {
    #private;
    readonly name: string;
    readonly limiter: Limiter;
    constructor(limiter: Limiter, discipline: Discipline<Waiter>, clock: Clock, options?: QueueGateOptions);
    get waiting(): number;
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    wake(): void;
    close(): void;
    [Symbol.dispose](): void;
}

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

// concurrency/limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Limiter } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Limit } from './limit.ts';
export declare const concurrencyRetryAfterMs = 1000;
export interface ConcurrencyLimiterOptions {
    readonly name?: string;
    readonly retryAfterMs?: Millis;
}
export declare class ConcurrencyLimiter implements Limiter, Idling {
    #private;
    readonly name: string;
    constructor(limit: Limit, options?: ConcurrencyLimiterOptions);
    get inflight(): number;
    get limit(): Limit;
    setLimit(limit: Limit): void;
    admit(_ticket: Ticket, _now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    isIdle(_now: Millis): boolean;
}

// concurrency/limit/fixed.d.ts
import type { Limit } from '../limit.ts';
export declare class FixedLimit implements Limit {
    readonly value: number;
    constructor(value: number);
    sample(): void;
}

// concurrency/limit/settable.d.ts
import type { Limit } from '../limit.ts';
export declare class SettableLimit implements Limit {
    #private;
    constructor(value: number);
    get value(): number;
    set(value: number): void;
    sample(): void;
}

// rate/gcra.d.ts
import type { Rate } from './options.ts';
import { TickRate } from './ticks.ts';
export declare const freshState: number;
export declare class Gcra {
    readonly rate: TickRate;
    constructor(rate: Rate);
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
    constructor(rate: FullRate);
    need(cost: number): number;
}
export declare function until(at: Millis, now: Millis): Millis;
export interface TickScale {
    readonly origin: Millis;
    readonly ticksPerMs: number;
}
export declare function ticksIn(ms: Millis, ticksPerMs: number): number;
export declare function untilTick(tick: number, now: Millis, scale: TickScale): Millis;
export declare class TickClock {
    #private;
    readonly state: Float64Array;
    constructor(ticksPerMs: number, onRebase: (ticks: number) => void);
    advance(now: Millis): void;
    until(tick: number, now: Millis): Millis;
    retune(ticksPerMs: number, now: Millis): void;
}

// rate/limiter.d.ts
import type { Idling } from '../compose/idle.ts';
import type { Described, Limiter, Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import type { Rate, RateLimitOptions } from './options.ts';
export declare class RateLimiter implements Limiter, Described, Idling {
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
}

// rate/token-bucket-limiter.d.ts
import type { Described, Limiter, Quota } from '../limiter.ts';
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Rate } from './options.ts';
export interface TokenBucketOptions extends Rate {
    readonly name?: string;
}
export declare class TokenBucketLimiter implements Limiter, Described {
    #private;
    readonly name: string;
    readonly bucket: TokenBucket;
    constructor(options: TokenBucketOptions);
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(ticket: Ticket, now: Millis, outcome: Outcome): void;
    peek(ticket: Ticket, now: Millis): Verdict;
    describe(_ticket: Ticket, now: Millis): readonly Quota[];
}

// concurrency/limit/delay.d.ts
import type { Millis } from '../../ticket.ts';
import type { Limit } from '../limit.ts';
export interface DelayLimitOptions {
    readonly targetMs?: Millis;
    readonly initialLimit?: number;
    readonly minLimit?: number;
    readonly maxLimit?: number;
}
export declare class DelayLimit implements Limit {
    #private;
    value: number;
    constructor(options?: DelayLimitOptions);
    sample(_now: Millis, rttMs: Millis, inflight: number): void;
    tick(now: Millis, delayMs: Millis): void;
}

// concurrency/limit/knee.d.ts
import type { Millis } from '../../ticket.ts';
import type { Limit } from '../limit.ts';
export interface KneeOptions {
    readonly initialLimit?: number;
    readonly minLimit?: number;
    readonly maxLimit?: number;
}
export type KneePhase = {
    readonly kind: 'open';
} | {
    readonly kind: 'seek';
    readonly knee: number;
};
export declare class KneeLimit implements Limit {
    #private;
    value: number;
    constructor(options?: KneeOptions);
    get phase(): KneePhase;
    sample(now: Millis, rttMs: Millis, inflight: number): void;
    lost(now: Millis, _rttMs: Millis, inflight: number): void;
}

// concurrency/limit/lowest.d.ts
import type { Millis } from '../../ticket.ts';
import type { Limit } from '../limit.ts';
export declare class LowestLimit implements Limit {
    #private;
    constructor(...limits: readonly Limit[]);
    get value(): number;
    sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void;
    lost(now: Millis, rttMs: Millis, inflight: number): void;
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
import type { KneePhase } from '../concurrency/limit/knee.ts';
import type { PaceSnapshot } from '../pace/gate.ts';
import type { Outcome, Ticket, Verdict } from '../ticket.ts';
import type { OverloadOptions, OverloadUpdate } from './options.ts';
import type { DecisionCounts } from '../pace/refusals.ts';
export interface OverloadSnapshot extends PaceSnapshot {
    readonly name: string;
    readonly inflight: number;
    readonly limit: number;
    readonly limitPhase: KneePhase['kind'] | undefined;
    readonly pressure: number;
    readonly decisions: DecisionCounts;
    readonly overloaded: boolean;
    readonly draining: boolean;
}
export declare class OverloadControl implements Gate {
    #private;
    readonly name: string;
    constructor(environment: Environment, options?: OverloadOptions);
    enter(ticket: Ticket): Verdict | Promise<Verdict>;
    leave(ticket: Ticket, outcome: Outcome): void;
    cancel(ticket: Ticket): void;
    arrived(): void;
    update(options: OverloadUpdate): void;
    drain(): void;
    close(): void;
    snapshot(): OverloadSnapshot;
}
export declare function createOverloadControl(environment: Environment, options?: OverloadOptions): OverloadControl;

// overload/options.d.ts
import type { Limit } from '../concurrency/limit.ts';
import type { KneeOptions } from '../concurrency/limit/knee.ts';
import type { PaceOptions } from '../pace/options.ts';
import type { Signal } from '../signal/signal.ts';
export interface OverloadOptions extends PaceOptions, KneeOptions {
    readonly limit?: Limit;
    readonly signals?: readonly Signal[];
}
export type OverloadUpdate = Omit<PaceOptions, 'name'>;
export declare function checkOverload(options: OverloadOptions): void;

// overload/pressure.d.ts
import type { Random } from '../clock.ts';
import type { Limiter } from '../limiter.ts';
import type { Signal } from '../signal/signal.ts';
import type { Millis, Ticket, Verdict } from '../ticket.ts';
export declare class PressureLimiter implements Limiter {
    #private;
    readonly name: string;
    constructor(signals: readonly Signal[], random: Random, name?: string);
    pressure(now: Millis): number;
    admit(ticket: Ticket, now: Millis): Verdict;
    settle(): void;
}
