/** How much of its time the process spends on collecting garbage, how little that frees, and where that leads. */
import { checkKnown, checkNumber, GcSpiral, type GcSpiralOptions, type Millis } from '@spillway/core'
import { readHeap, type HeapSize } from './heap.ts'
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
  /** How far it looks ahead: as long as shedding takes to show in the heap. 100 to 600,000, default 2000. */
  readonly horizonMs?: Millis
  /** Default: a `PerformanceObserver` of `gc` entries, where the runtime has them. */
  readonly collections?: CollectionSource | undefined
  /** Reads the heap after a full collection. Default: as for {@link heapSignal}. */
  readonly heap?: () => HeapSize | undefined
}

/**
 * The largest of three: the share of the last window that went into garbage collection over `limit`, the share of the heap that survived the
 * last full collection over `liveLimit`, and where both will be at the horizon if what survives goes on growing: see {@link GcSpiral} of
 * `@spillway/core`. Together they catch the death spiral before {@link heapSignal} is at its end: ever more time for ever less room. The
 * reading is that maximum. 0 on Bun and workerd, which do not report collections.
 */
export function gcSignal(options: GcOptions = {}): SampledSignal {
  const owner = 'gcSignal'
  checkKnown(owner, options, ['limit', 'liveLimit', 'windowMs', 'horizonMs', 'collections', 'heap', 'sampler'])
  const windowMs = checkNumber(owner, 'windowMs', options.windowMs ?? 1000, { min: 100, max: 60_000 })
  const spiral = {
    shareLimit: checkNumber(owner, 'limit', options.limit ?? 0.3, { min: 0.01, max: 1 }),
    liveLimit: checkNumber(owner, 'liveLimit', options.liveLimit ?? 0.85, { min: 0.01, max: 1 }),
    windowMs,
    horizonMs: checkNumber(owner, 'horizonMs', options.horizonMs ?? 2000, { min: 100, max: 600_000 }),
  }
  return sampledSignal({
    name: 'gc',
    limit: 1,
    // Ten times as often: a small heap fills up within one window.
    periodMs: windowMs / 10,
    source: gcSource({
      collections: options.collections ?? observeCollections,
      heap: options.heap ?? readHeap,
      spiral,
    }),
    sampler: options.sampler,
  })
}

interface GcSourceInit {
  readonly collections: CollectionSource
  readonly heap: () => HeapSize | undefined
  readonly spiral: GcSpiralOptions
}

function gcSource({ collections, heap, spiral }: GcSourceInit): Source {
  let estimate: GcSpiral | undefined
  let stop: (() => void) | undefined
  return {
    start(sampler) {
      const started = (estimate = new GcSpiral(spiral))
      stop = collections((durationMs, major) => {
        // Only a full one is worth the look: what is in use after others is garbage in part.
        const size = major ? attempt(heap) : undefined
        started.collected(sampler.clock.now(), { durationMs, major, ...size })
      })
    },
    stop: () => stop?.(),
    read: (now) => estimate?.pressure(now),
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
