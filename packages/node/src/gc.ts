/** How much of its time the process spends on collecting garbage, and how little that frees. */
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import { occupancy, readHeap, type HeapSize } from './heap.ts'
import { attempt, builtins } from './runtime.ts'
import { sampledSignal, type SampledSignal, type SamplingOptions, type Source } from './sampled-signal.ts'

/** Tells `onCollection` of each garbage collection until the returned function is called. */
export type CollectionSource = (onCollection: (durationMs: Millis, major: boolean) => void) => () => void

/** Options of {@link gcSignal}. */
export interface GcOptions extends SamplingOptions {
  /** Share of time in collections at which pressure is 1. 0.01 to 1, default 0.3. */
  readonly limit?: number
  /** Share of the heap's limit that is still used right after a full collection at which pressure is 1. 0.01 to 1, default 0.85. */
  readonly liveLimit?: number
  /** Over how long the share of time is taken. 100 to 60,000, default 1000. */
  readonly windowMs?: Millis
  /** Default: a `PerformanceObserver` of `gc` entries, where the runtime has them. */
  readonly collections?: CollectionSource | undefined
  /** Reads the heap after a full collection. Default: `v8.getHeapStatistics`. */
  readonly heap?: () => HeapSize | undefined
}

/**
 * The larger of two: the share of the last window that went into garbage collection over `limit`, and the share of the heap that survived the
 * last full collection over `liveLimit`. Together they catch the death spiral before {@link heapSignal} is at its end: ever more time for
 * ever less room. The reading is that maximum. 0 on Bun and workerd, which do not report collections.
 */
export function gcSignal(options: GcOptions = {}): SampledSignal {
  const owner = 'gcSignal'
  checkKnown(owner, options, ['limit', 'liveLimit', 'windowMs', 'collections', 'heap', 'sampler'])
  const limit = checkNumber(owner, 'limit', options.limit ?? 0.3, { min: 0.01, max: 1 })
  const liveLimit = checkNumber(owner, 'liveLimit', options.liveLimit ?? 0.85, { min: 0.01, max: 1 })
  const collections = options.collections ?? observeCollections
  const heap = options.heap ?? readHeap
  return sampledSignal({
    name: 'gc',
    limit: 1,
    periodMs: checkNumber(owner, 'windowMs', options.windowMs ?? 1000, { min: 100, max: 60_000 }),
    source: gcSource({ collections, heap, limit, liveLimit }),
    sampler: options.sampler,
  })
}

interface GcSourceInit {
  readonly collections: CollectionSource
  readonly heap: () => HeapSize | undefined
  readonly limit: number
  readonly liveLimit: number
}

function gcSource({ collections, heap, limit, liveLimit }: GcSourceInit): Source {
  let spentMs = 0
  let live = 0
  let beganAt: Millis = 0
  let stop: (() => void) | undefined
  return {
    start(sampler) {
      spentMs = live = 0
      beganAt = sampler.clock.now()
      stop = collections((durationMs, major) => {
        spentMs += durationMs
        if (major) live = occupancy(heap()) ?? 0
      })
    },
    stop: () => stop?.(),
    read(now) {
      const elapsedMs = now - beganAt
      if (elapsedMs <= 0) return undefined
      const share = Math.min(1, spentMs / elapsedMs)
      spentMs = 0
      beganAt = now
      return Math.max(share / limit, live / liveLimit)
    },
  }
}

/** What Node's `gc` entries hold beside the standard fields. */
interface GcEntry {
  readonly duration: Millis
  readonly detail?: { readonly kind?: number }
}

/** Missing from the types of Node. */
interface Supported {
  readonly supportedEntryTypes?: readonly string[]
}

const observeCollections: CollectionSource = (onCollection) => {
  const hooks = builtins.perfHooks()
  const supported = (hooks?.PerformanceObserver as Supported | undefined)?.supportedEntryTypes
  if (hooks === undefined || supported?.includes('gc') !== true) return () => {}
  // A full mark-and-compact: what remains after one is alive.
  const majorKind = attempt(() => hooks.constants.NODE_PERFORMANCE_GC_MAJOR) ?? 4
  const observer = new hooks.PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as GcEntry[])
      onCollection(duration, detail?.kind === majorKind)
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => observer.disconnect()
}
