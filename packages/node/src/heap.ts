/** How full the JavaScript heap is. */
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import { oldGenerationLimit, oldGenerationUsed } from './old-generation.ts'
import { attempt, builtins, detectRuntime, realLimit } from './runtime.ts'
import { sampledSignal, type SampledSignal, type SamplingOptions } from './sampled-signal.ts'

/** The heap at one moment: its old generation, where that can be told apart, for that is what a process dies of. */
export interface HeapSize {
  readonly usedBytes: number
  /** `undefined` where the heap has no limit that anyone knows. */
  readonly limitBytes: number | undefined
}

/** Options of {@link heapSignal}. */
export interface HeapOptions extends SamplingOptions {
  /** Share of the heap's limit at which pressure is 1. 0.01 to 1, default 0.9. */
  readonly limit?: number
  /** How often it is measured. 10 to 60,000, default 250: the call costs far too much for each request. */
  readonly periodMs?: Millis
  /** Reads the heap. Default: the old generation as `node:v8` and the flags of the process tell it. */
  readonly heap?: () => HeapSize | undefined
}

/**
 * Used heap over its limit, garbage included: the last warning before the process dies of "out of memory". It rises and falls with each
 * collection; {@link gcSignal} tells how much of it is really alive. Reading 0 to 1; 0 where there is no limit.
 */
export function heapSignal(options: HeapOptions = {}): SampledSignal {
  const owner = 'heapSignal'
  checkKnown(owner, options, ['limit', 'periodMs', 'heap', 'sampler'])
  const heap = options.heap ?? readHeap
  return sampledSignal({
    name: 'heap',
    limit: checkNumber(owner, 'limit', options.limit ?? 0.9, { min: 0.01, max: 1 }),
    periodMs: checkNumber(owner, 'periodMs', options.periodMs ?? 250, { min: 10, max: 60_000 }),
    source: { read: () => occupancy(heap()) },
    sampler: options.sampler,
  })
}

/** The heap as the runtime reports it; `undefined` where it does not, or where its limit is none: Bun's is no bound of its heap. */
export function readHeap(): HeapSize | undefined {
  if (detectRuntime() === 'bun') return undefined
  const statistics = attempt(() => builtins.v8()?.getHeapStatistics())
  if (statistics === undefined) return undefined
  const heapLimitBytes = statistics.heap_size_limit
  const usedBytes = oldGenerationUsed()
  if (usedBytes === undefined) return { usedBytes: statistics.used_heap_size, limitBytes: realLimit(heapLimitBytes) }
  return { usedBytes, limitBytes: oldGenerationLimit({ heapLimitBytes }) }
}

/** Used over limit; `undefined` if there is no limit. */
function occupancy(heap: HeapSize | undefined): number | undefined {
  const limitBytes = realLimit(heap?.limitBytes)
  return heap === undefined || limitBytes === undefined ? undefined : heap.usedBytes / limitBytes
}
