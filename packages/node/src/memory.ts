/** How close the whole process is to the memory that it may use. */
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import { memoryLimitBytes } from './memory-limit.ts'
import { hostProcess, realLimit } from './runtime.ts'
import { sampledSignal, type SampledSignal, type SamplingOptions, type Source } from './sampled-signal.ts'

/** Options of {@link memorySignal}. */
export interface MemoryOptions extends SamplingOptions {
  /** Share of the limit at which pressure is 1. 0.01 to 1, default 0.9. */
  readonly limit?: number
  /** How often it is measured. 10 to 60,000, default 500. */
  readonly periodMs?: Millis
  /** Bytes that the process may use. Default: found by {@link memoryLimitBytes} when the signal starts. */
  readonly limitBytes?: number
  /** Reads the resident set. Default: `process.memoryUsage.rss`. */
  readonly rss?: () => number | undefined
}

/**
 * Resident set over the limit of the container: what {@link heapSignal} cannot see, because buffers live outside the heap. Reading 0 to 1;
 * 0 where there is no limit, for then the machine's memory is shared with processes that nobody here knows.
 */
export function memorySignal(options: MemoryOptions = {}): SampledSignal {
  const owner = 'memorySignal'
  checkKnown(owner, options, ['limit', 'periodMs', 'limitBytes', 'rss', 'sampler'])
  const { limitBytes } = options
  if (limitBytes !== undefined) checkNumber(owner, 'limitBytes', limitBytes, { min: 1, max: Infinity })
  return sampledSignal({
    name: 'memory',
    limit: checkNumber(owner, 'limit', options.limit ?? 0.9, { min: 0.01, max: 1 }),
    periodMs: checkNumber(owner, 'periodMs', options.periodMs ?? 500, { min: 10, max: 60_000 }),
    source: rssShare(options.rss ?? (() => hostProcess()?.memoryUsage?.rss?.()), limitBytes),
    sampler: options.sampler,
  })
}

function rssShare(rss: () => number | undefined, given: number | undefined): Source {
  let limitBytes: number | undefined
  return {
    // Not at construction: reading files is for processes that use the signal.
    start: () => void (limitBytes = realLimit(given ?? memoryLimitBytes())),
    read: () => (limitBytes === undefined ? undefined : (rss() ?? 0) / limitBytes),
  }
}
