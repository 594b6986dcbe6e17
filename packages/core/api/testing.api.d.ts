// The public API of @spillway/core/testing, as emitted. Written by "pnpm api"; do not edit.

// testing/index.d.ts
export { VirtualClock } from './virtual-clock.ts';
export * from './checked.ts';
export * from './simulate/index.ts';
export * from './fleet/index.ts';
export * from './limit-trace/index.ts';
export * from './codel-trace.ts';

// testing/virtual-clock.d.ts
import { type Clock, type EventLoop } from '../clock.ts';
import type { Millis } from '../ticket.ts';
export declare class VirtualClock implements Clock, EventLoop {
    #private;
    constructor(startMs?: Millis);
    now(): Millis;
    get pending(): number;
    after(delayMs: Millis, fn: () => void): () => void;
    nextTurn(fn: () => void): void;
    flush(): Promise<void>;
    advance(ms: Millis): Promise<void>;
    runAll(limit?: number): Promise<number>;
}

// clock.d.ts: see index.api.d.ts

// ticket.d.ts: see index.api.d.ts

// testing/checked.d.ts
import type { Limiter } from '../limiter.ts';
export interface Checked extends Limiter {
    readonly inflight: number;
}
export declare function checked(limiter: Limiter): Checked;

// limiter.d.ts: see index.api.d.ts

// testing/simulate/index.d.ts
export { simulate } from './simulate.ts';
export { SimulationResult } from './result.ts';
export type { RecoveryOptions, Slice } from './result.ts';
export type { Tally } from './ledger.ts';
export { distribution } from './distribution.ts';
export type { Distribution, ParetoOptions } from './distribution.ts';
export { load } from './load.ts';
export type { BurstOptions, Load, OnOffOptions, RampOptions, SpikeOptions } from './load.ts';
export { seededRandom } from './random.ts';
export type { Downstream, Pauses, Route, Server, ServerView, Shares, SimulationOptions, Workload } from './options.ts';

// testing/simulate/simulate.d.ts
import type { SimulationOptions } from './options.ts';
import { SimulationResult } from './result.ts';
export declare function simulate(options: SimulationOptions): Promise<SimulationResult>;

// testing/simulate/options.d.ts
import type { Environment } from '../../environment.ts';
import type { Gate } from '../../gate.ts';
import type { Limiter } from '../../limiter.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Millis, PriorityName } from '../../ticket.ts';
import type { Distribution } from './distribution.ts';
import type { Load } from './load.ts';
export interface Downstream {
    readonly latencyMs: Distribution | Millis;
    readonly servers?: number;
    readonly slowdown?: (atMs: Millis) => number;
}
export interface Route {
    readonly share?: number;
    readonly beforeMs?: Distribution | Millis;
    readonly downstream?: Downstream;
    readonly afterMs?: Distribution | Millis;
    readonly priority?: PriorityName;
}
export type Shares = Readonly<Record<string, number>>;
export interface Workload {
    readonly load: number | Load;
    readonly arrivals?: 'poisson' | 'constant';
    readonly routes: readonly Route[];
    readonly priorities?: Partial<Record<PriorityName, number>>;
    readonly keys?: Shares | ((atMs: Millis) => Shares);
    readonly connections?: 'fresh' | number;
    readonly timeoutMs?: Millis;
    readonly sendsDeadline?: boolean;
    readonly retries?: {
        readonly attempts: number;
        readonly delayMs: Millis | ((retry: number) => Millis);
    };
    readonly client?: Limiter;
}
export interface Pauses {
    readonly everyMs: Distribution | Millis;
    readonly forMs: Distribution | Millis;
}
export interface Server {
    readonly acceptMs?: Millis;
    readonly readMs?: Millis;
    readonly refuseMs?: Millis;
    readonly turnMs?: Millis;
    readonly backlog?: number;
    readonly acceptsPerTurn?: number;
    readonly contention?: number;
    readonly slowdown?: (atMs: Millis) => number;
    readonly pauses?: Pauses;
    readonly releaseOn?: 'close' | 'end';
    readonly abortsWork?: boolean;
}
export interface ServerView {
    readonly running: number;
    readonly busyMs: Millis;
    readonly now: Millis;
}
export interface SimulationOptions {
    readonly seed?: number;
    readonly durationMs: Millis;
    readonly workload: Workload;
    readonly server?: Server;
    readonly protect?: (environment: Environment) => Gate | undefined;
    readonly signals?: (server: ServerView) => readonly Signal[];
}

// environment.d.ts: see index.api.d.ts

// signal/signal.d.ts: see index.api.d.ts

// gate.d.ts: see index.api.d.ts

// testing/simulate/distribution.d.ts
import type { Random } from '../../clock.ts';
import type { Millis } from '../../ticket.ts';
export interface Distribution {
    readonly meanMs: Millis;
    sample(random: Random): Millis;
}
export interface ParetoOptions {
    readonly shape: number;
    readonly minMs: Millis;
    readonly maxMs: Millis;
}
export declare const distribution: {
    fixed(ms: Millis): Distribution;
    uniform(minMs: Millis, maxMs: Millis): Distribution;
    exponential(meanMs: Millis, constantMs?: Millis): Distribution;
    pareto(options: ParetoOptions): Distribution;
    mixture(parts: readonly (readonly [weight: number, part: Distribution])[]): Distribution;
};
export declare function toDistribution(given: Distribution | Millis | undefined): Distribution;

// testing/simulate/load.d.ts
import type { Random } from '../../clock.ts';
import type { Millis } from '../../ticket.ts';
export type Load = (atMs: Millis) => number;
export interface SpikeOptions {
    readonly base: number;
    readonly peak: number;
    readonly fromMs: Millis;
    readonly untilMs: Millis;
}
export interface BurstOptions {
    readonly high: number;
    readonly low: number;
    readonly onMs: Millis;
    readonly offMs: Millis;
}
export interface RampOptions {
    readonly from: number;
    readonly to: number;
    readonly startMs: Millis;
    readonly endMs: Millis;
}
export interface OnOffOptions {
    readonly high: number;
    readonly low: number;
    readonly meanOnMs: Millis;
    readonly meanOffMs: Millis;
    readonly seed?: number;
}
export declare const load: {
    step(atMs: Millis, before: number, after: number): Load;
    spike(options: SpikeOptions): Load;
    bursts(options: BurstOptions): Load;
    ramp(options: RampOptions): Load;
    onOff(options: OnOffOptions): Load;
};
export interface ArrivalOptions {
    readonly load: Load;
    readonly perSecondAtFull: number;
    readonly poisson: boolean;
    readonly random: Random;
}
export declare function nextArrival(atMs: Millis, endMs: Millis, options: ArrivalOptions): Millis;

// testing/simulate/result.d.ts
import type { Millis, PriorityName } from '../../ticket.ts';
import { type Ledger, type Tally } from './ledger.ts';
export interface Slice extends Tally {
    readonly startMs: Millis;
    readonly durationMs: Millis;
    readonly goodput: number;
    readonly answered: number;
    readonly servedP99Ms: Millis;
    readonly refusedP99Ms: Millis;
}
export interface RecoveryOptions {
    readonly share?: number;
    readonly p99Ms?: Millis;
    readonly slices?: number;
}
export interface ResultInit {
    readonly ledger: Ledger;
    readonly durationMs: Millis;
    readonly capacityPerSecond: number;
    readonly endedAtMs: Millis;
    readonly loop: {
        readonly events: number;
        readonly turns: number;
    };
}
export declare class SimulationResult {
    #private;
    readonly total: Slice;
    readonly byPriority: Readonly<Record<PriorityName, Tally>>;
    readonly byKey: ReadonlyMap<string, Tally>;
    readonly capacityPerSecond: number;
    readonly peakInflight: number;
    readonly endedAtMs: Millis;
    readonly events: number;
    readonly turns: number;
    constructor(init: ResultInit);
    get goodput(): number;
    get answered(): number;
    servedLatencyMs(quantile: number): Millis;
    refusedLatencyMs(quantile: number): Millis;
    get servedMeanMs(): Millis;
    slices(seconds?: number): readonly Slice[];
    between(fromMs: Millis, untilMs: Millis): Slice;
    recoveryMs(afterMs: Millis, options?: RecoveryOptions): Millis;
}
export declare function quantileOf(values: readonly number[], quantile: number): number;

// testing/simulate/ledger.d.ts
import type { Millis } from '../../ticket.ts';
import type { SimulatedRequest } from './request.ts';
export interface Tally {
    readonly offered: number;
    readonly served: number;
    readonly late: number;
    readonly refused: number;
    readonly unanswered: number;
}
export type Counts = {
    -readonly [field in keyof Tally]: number;
};
export declare const sliceMs = 250;
export interface SliceBook {
    readonly counts: Counts;
    readonly servedMs: Millis[];
    readonly refusedMs: Millis[];
}
export declare function noCounts(): Counts;
export declare class Ledger {
    #private;
    readonly slices: SliceBook[];
    readonly byPriority: readonly Counts[];
    readonly byKey: Map<string, Counts>;
    outstanding: number;
    running: number;
    peakRunning: number;
    offer(request: SimulatedRequest): void;
    answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void;
    giveUp(request: SimulatedRequest): void;
    start(request: SimulatedRequest): void;
    end(): void;
    close(): void;
}

// testing/simulate/request.d.ts
import type { Millis, Ticket } from '../../ticket.ts';
import type { RoutePlan } from './plan.ts';
export interface RequestInit {
    readonly route: RoutePlan;
    readonly priority: number;
    readonly key: string;
    readonly attempt: number;
    readonly beforeMs: Millis;
    readonly callMs: Millis;
    readonly afterMs: Millis;
}
export declare class SimulatedRequest {
    readonly startAt: Millis;
    readonly deadline: Millis;
    readonly route: RoutePlan;
    readonly priority: number;
    readonly key: string;
    readonly attempt: number;
    readonly beforeMs: Millis;
    readonly callMs: Millis;
    readonly afterMs: Millis;
    ticket: Ticket | undefined;
    clientTicket: Ticket | undefined;
    sent: boolean;
    read: boolean;
    waiting: boolean;
    started: boolean;
    running: boolean;
    gone: boolean;
    noticed: boolean;
    answered: boolean;
    left: boolean;
    constructor(startAt: Millis, deadline: Millis, init: RequestInit);
}

// testing/simulate/plan.d.ts
import type { Random } from '../../clock.ts';
import type { Limiter } from '../../limiter.ts';
import { type Millis } from '../../ticket.ts';
import { type Distribution } from './distribution.ts';
import type { Load } from './load.ts';
import type { Downstream, Server, SimulationOptions } from './options.ts';
export interface RoutePlan {
    readonly share: number;
    readonly before: Distribution;
    readonly call: Distribution;
    readonly after: Distribution;
    readonly downstream: Downstream | undefined;
    readonly priority: number | undefined;
}
export type FullServer = Required<Omit<Server, 'pauses'>>;
export interface Plan {
    readonly durationMs: Millis;
    readonly server: FullServer;
    readonly pauses: PausePlan | undefined;
    readonly load: Load;
    readonly poisson: boolean;
    readonly pickRoute: (random: Random) => RoutePlan;
    readonly pickPriority: (random: Random) => number;
    readonly pickKey: (random: Random, at: Millis) => string;
    readonly connections: number | undefined;
    readonly timeoutMs: Millis;
    readonly sendsDeadline: boolean;
    readonly retryAttempts: number;
    readonly retryDelayMs: (retry: number) => Millis;
    readonly client: Limiter | undefined;
    readonly downstreams: ReadonlySet<Downstream>;
    readonly capacityPerSecond: number;
}
export interface PausePlan {
    readonly every: Distribution;
    readonly for: Distribution;
}
export declare function makePlan(options: SimulationOptions): Plan;

// testing/simulate/random.d.ts
import type { Random } from '../../clock.ts';
export declare function seededRandom(seed: number): Random;
export declare function weightedPick<T>(entries: readonly (readonly [T, number])[]): (random: Random) => T;

// testing/fleet/index.d.ts
export * from './options.ts';
export { simulateFleet } from './simulate-fleet.ts';
export { FleetResult, type FleetServerResult, type FleetSlice } from './result.ts';
export type { FleetTally } from './books.ts';
export type { DeathCause, FleetEvent } from './server.ts';

// testing/fleet/options.d.ts
import type { Environment } from '../../environment.ts';
import type { Gate } from '../../gate.ts';
import type { Millis } from '../../ticket.ts';
import type { Server, Workload } from '../simulate/options.ts';
export type FleetWorkload = Omit<Workload, 'connections' | 'client'>;
export interface FleetServer extends Server {
    readonly maxHeld?: number;
    readonly restartMs?: Millis;
}
export interface Slowness {
    readonly server: number;
    readonly fromMs: Millis;
    readonly untilMs: Millis;
    readonly factor: number;
}
export interface HealthCheck {
    readonly intervalMs?: Millis;
    readonly timeoutMs?: Millis;
    readonly failures?: number;
    readonly successes?: number;
}
export interface OutlierEjection {
    readonly failures?: number;
    readonly ejectMs?: Millis;
    readonly maxEjectedFraction?: number;
    readonly countsRefusals?: boolean;
}
export interface Balancer {
    readonly choose?: 'round-robin' | 'least-connections';
    readonly health?: HealthCheck | false;
    readonly outliers?: OutlierEjection;
    readonly panicBelow?: number;
    readonly retries?: number;
}
export interface FleetMember {
    readonly index: number;
    readonly total: number;
    readonly unreadyOthers: () => number;
}
export interface FleetProtection {
    readonly gate: Gate;
    readonly ready?: () => boolean;
    readonly guardsHealth?: boolean;
}
export interface FleetOptions {
    readonly seed?: number;
    readonly durationMs: Millis;
    readonly workload: FleetWorkload;
    readonly servers?: number;
    readonly server?: FleetServer;
    readonly slow?: readonly Slowness[];
    readonly balancer?: Balancer;
    readonly liveness?: HealthCheck | false;
    readonly protect?: (environment: Environment, member: FleetMember) => FleetProtection | undefined;
}

// testing/fleet/simulate-fleet.d.ts
import type { FleetOptions } from './options.ts';
import { FleetResult } from './result.ts';
export declare function simulateFleet(options: FleetOptions): Promise<FleetResult>;

// testing/fleet/result.d.ts
import type { Millis } from '../../ticket.ts';
import { type RecoveryOptions } from '../simulate/result.ts';
import { type FleetSliceBook, type FleetTally } from './books.ts';
import type { FleetEvent, ServerCounts } from './server.ts';
export interface FleetSlice extends FleetTally {
    readonly startMs: Millis;
    readonly durationMs: Millis;
    readonly goodput: number;
    readonly servedP99Ms: Millis;
    readonly alive: number;
    readonly inRotation: number;
}
export interface FleetServerResult extends Readonly<ServerCounts> {
    readonly deaths: number;
    readonly busyMs: Millis;
    readonly peakHeld: number;
    readonly ended: readonly number[];
    readonly probesPassed: number;
    readonly probesFailed: number;
}
export interface FleetResultInit {
    readonly books: readonly FleetSliceBook[];
    readonly durationMs: Millis;
    readonly capacityPerSecond: number;
    readonly servers: readonly FleetServerResult[];
    readonly events: readonly FleetEvent[];
    readonly endedAtMs: Millis;
}
export declare class FleetResult {
    #private;
    readonly total: FleetSlice;
    readonly servers: readonly FleetServerResult[];
    readonly events: readonly FleetEvent[];
    readonly capacityPerSecond: number;
    readonly endedAtMs: Millis;
    constructor(init: FleetResultInit);
    get goodput(): number;
    get deaths(): number;
    slices(seconds?: number): readonly FleetSlice[];
    between(fromMs: Millis, untilMs: Millis): FleetSlice;
    recoveryMs(afterMs: Millis, options?: RecoveryOptions): Millis;
}

// testing/fleet/books.d.ts
import type { Millis } from '../../ticket.ts';
export interface FleetTally {
    readonly offered: number;
    readonly served: number;
    readonly refused: number;
    readonly failed: number;
    readonly timedOut: number;
}
export type FleetCounts = {
    -readonly [field in keyof FleetTally]: number;
};
export interface FleetSliceBook {
    readonly counts: FleetCounts;
    readonly servedMs: Millis[];
    samples: number;
    alive: number;
    inRotation: number;
}
export declare function noFleetCounts(): FleetCounts;
export declare class FleetBooks {
    readonly slices: FleetSliceBook[];
    outstanding: number;
    offer(startAt: Millis): void;
    end(startAt: Millis, how: Exclude<keyof FleetTally, 'offered'>, now: Millis): void;
    close(): void;
    at(time: Millis): FleetSliceBook;
}

// testing/fleet/server.d.ts
import type { Millis } from '../../ticket.ts';
import { SimulatedRequest } from '../simulate/request.ts';
import type { FleetPlan } from './plan.ts';
import { type Ending } from './process.ts';
import type { World } from './world.ts';
export type DeathCause = 'memory' | 'liveness';
export interface FleetEvent {
    readonly atMs: Millis;
    readonly server: number;
    readonly what: 'killed' | 'started' | 'out' | 'in' | 'ejected' | 'returned';
    readonly cause: DeathCause | undefined;
}
export type ServerCounts = {
    -readonly [ending in Ending | 'sent']: number;
};
export interface ServerInit {
    readonly plan: FleetPlan;
    readonly world: World;
    readonly index: number;
    readonly tell: (event: FleetEvent) => void;
    readonly unreadyOthers: () => number;
}
export declare class Server {
    #private;
    readonly index: number;
    readonly counts: ServerCounts;
    readonly ended: number[];
    peakHeld: number;
    constructor(init: ServerInit);
    get alive(): boolean;
    get life(): number;
    get standing(): number;
    get nextAt(): Millis;
    get busyMs(): Millis;
    turn(): Promise<void>;
    send(request: SimulatedRequest, reply: (ending: Ending) => void): boolean;
    hangUp(request: SimulatedRequest): void;
    probe(asksReadiness: boolean, judge: (good: boolean) => void): () => void;
    kill(cause: DeathCause): void;
}

// testing/fleet/plan.d.ts
import type { Millis } from '../../ticket.ts';
import { type Plan } from '../simulate/plan.ts';
import type { FleetOptions, HealthCheck, OutlierEjection, Slowness } from './options.ts';
export interface BalancerPlan {
    readonly choose: 'round-robin' | 'least-connections';
    readonly health: Required<HealthCheck> | undefined;
    readonly outliers: Required<OutlierEjection> | undefined;
    readonly panicBelow: number;
    readonly retries: number;
}
export interface FleetPlan {
    readonly each: Plan;
    readonly seed: number;
    readonly servers: number;
    readonly maxHeld: number;
    readonly restartMs: Millis;
    readonly slow: readonly Slowness[];
    readonly balancer: BalancerPlan;
    readonly liveness: Required<HealthCheck> | undefined;
    readonly protect: FleetOptions['protect'];
}
export declare function makeFleetPlan(options: FleetOptions): FleetPlan;

// testing/fleet/process.d.ts
import type { Environment } from '../../environment.ts';
import type { Millis } from '../../ticket.ts';
import type { Plan } from '../simulate/plan.ts';
import type { SimulatedRequest } from '../simulate/request.ts';
import type { FleetProtection } from './options.ts';
import type { World } from './world.ts';
export type Ending = 'served' | 'refused' | 'late' | 'dropped' | 'lost';
export interface ProcessInit {
    readonly plan: Plan;
    readonly world: World;
    readonly seed: number;
    readonly protect: (environment: Environment) => FleetProtection | undefined;
}
export type Reply = (ending: Ending) => void;
export declare const healthKey = "\0health";
export declare class Process {
    #private;
    running: number;
    constructor({ plan, world, seed, protect }: ProcessInit);
    get held(): number;
    get busyMs(): Millis;
    get nextAt(): Millis;
    send(request: SimulatedRequest, reply: Reply, asksReadiness?: boolean): void;
    hangUp(request: SimulatedRequest): void;
    turn(): Promise<void>;
    kill(): void;
    answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void;
    drop(request: SimulatedRequest): void;
    start(): void;
    end(): void;
}

// testing/fleet/world.d.ts
import type { Millis } from '../../ticket.ts';
export declare class World {
    #private;
    now(): Millis;
    get nextAt(): Millis;
    at(time: Millis, fn: () => void): () => void;
    step(): void;
}

// testing/limit-trace/index.d.ts
export { createTraceLimit } from './create.ts';
export type { TraceLimit } from './create.ts';
export { replayLimitTrace } from './replay.ts';
export type { LimitTrace, LimitTraceCase, LimitTraceMismatch, LimitTraceReplay } from './replay.ts';

// testing/limit-trace/create.d.ts
import type { Limit } from '../../concurrency/limit.ts';
export interface TraceLimit {
    readonly limit: Limit;
    state(): Readonly<Record<string, number | undefined>>;
    readonly missingDraws: number;
    readonly ignored: readonly string[];
}
export declare function createTraceLimit(className: string, params?: Readonly<Record<string, unknown>>, draws?: readonly number[], unit?: string): TraceLimit;

// concurrency/limit.d.ts: see index.api.d.ts

// testing/limit-trace/replay.d.ts
export interface LimitTrace {
    readonly class: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly unit?: string;
    readonly columns?: readonly string[];
    readonly cases: readonly LimitTraceCase[];
}
export interface LimitTraceCase {
    readonly shape?: string;
    readonly seed?: number;
    readonly initialLimit?: number;
    readonly random?: {
        readonly draws?: readonly number[];
    };
    readonly checkpoints?: readonly {
        readonly after: number;
        readonly state: Readonly<Record<string, number>>;
    }[];
    readonly samples: readonly (readonly number[])[];
}
export interface LimitTraceMismatch {
    readonly case: string;
    readonly index: number;
    readonly field: string;
    readonly expected: number;
    readonly actual: number | undefined;
}
export interface LimitTraceReplay {
    readonly cases: number;
    readonly samples: number;
    readonly checkpoints: number;
    readonly mismatched: number;
    readonly mismatches: readonly LimitTraceMismatch[];
    readonly ignored: readonly string[];
}
export declare function replayLimitTrace(trace: LimitTrace): LimitTraceReplay;

// testing/codel-trace.d.ts
export interface CodelTraceCase {
    readonly shape: string;
    readonly seed: number;
    readonly events: readonly (readonly unknown[])[];
}
export interface ServiceCodelTraceCase {
    readonly shape: string;
    readonly seed: number;
    readonly start: number;
    readonly rows: readonly (readonly number[])[];
}
export interface CodelTrace {
    readonly params: {
        readonly targetNs: number;
        readonly intervalNs: number;
        readonly maxpacket?: number;
        readonly packetSize?: number;
    };
    readonly cases: readonly (CodelTraceCase | ServiceCodelTraceCase)[];
}
export interface TraceMismatch {
    readonly case: string;
    readonly index: number;
    readonly expected: string;
    readonly actual: string;
}
export declare function replayCodelTrace(trace: CodelTrace): readonly TraceMismatch[];
