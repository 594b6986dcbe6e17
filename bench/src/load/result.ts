/** What a load run reports. */

/** Quantiles in milliseconds from the intended start; `undefined` where nothing was counted. */
export interface Latency {
  readonly count: number
  readonly p50: number | undefined
  readonly p99: number | undefined
  readonly max: number | undefined
}

/** How the offered requests ended; the last five add up to `offered` once a run is over. */
export interface Counts {
  /** Requests that were due: first tries only. */
  readonly offered: number
  /** Whole 2xx answers in time: the goodput. */
  readonly served: number
  /** 429 or 503 in time. */
  readonly refused: number
  /** Any other status in time. */
  readonly failed: number
  /** No whole answer in time. */
  readonly unanswered: number
  /** The connection was refused, reset, ended early, or carried no HTTP. */
  readonly errors: number
  /** Served or refused within 250 ms of the intended start. */
  readonly answeredIn250: number
  /** Requests put on a wire, retries included. */
  readonly tries: number
}

/** 250 ms (or `sliceMs`) of a run, by intended start. */
export interface Slice extends Counts {
  readonly phase: number
  /** Start of the slice, from the start of the run. */
  readonly atMs: number
  readonly lengthMs: number
  readonly servedLatency: Latency
  readonly refusedLatency: Latency
  readonly byPriority: Readonly<Record<string, Counts>>
}

/** One phase of a run. */
export interface PhaseResult extends Counts {
  readonly name: string
  readonly seconds: number
  readonly offeredPerSecond: number
  readonly servedPerSecond: number
  /**
   * Whole 2xx answers in time that came during the phase, whenever they were offered: the throughput.
   * Above `servedPerSecond` a short overload would be flattered by what is still served after its end.
   */
  readonly completed: number
  readonly completedPerSecond: number
  /** `answeredIn250 / offered`; 1 when nothing was offered. */
  readonly answeredShare: number
  readonly servedLatency: Latency
  readonly refusedLatency: Latency
  readonly byPriority: Readonly<Record<string, Counts>>
  readonly byTenant: Readonly<Record<string, Counts>>
  readonly byPath: Readonly<Record<string, Counts>>
  /** How late the generator itself was; above a few milliseconds the run says little about the server. */
  readonly sendLag: Latency
}

export interface LoadResult {
  /** When the run began, in milliseconds since the epoch: to line it up with what other processes did. */
  readonly startedAtEpochMs: number
  readonly phases: readonly PhaseResult[]
  /** The latest slices, oldest first, at most 16,384 (68 minutes of 250 ms). */
  readonly slices: readonly Slice[]
  /** Core to which the generator was bound, or `undefined`. */
  readonly core: number | undefined
  /** CPU time of the generator per second of the run: near 1 it was itself overloaded, unless it spun. */
  readonly generatorCpu: number
  /** Kept-alive connections that the server had closed when a request was put on them; sent again on another. */
  readonly staleConnections: number
}
