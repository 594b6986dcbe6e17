/** How much room the objects have that live longer than a moment. */
import { attempt, builtins, hostProcess, realLimit } from './runtime.ts'

const megabyte = 2 ** 20

/** Where the figures come from. Tests inject their own. */
export interface OldGenerationSources {
  /** Flags of the process in the order in which later ones win. Default: `NODE_OPTIONS`, then `process.execArgv`. */
  readonly flags?: readonly string[]
  /** Limits of a worker thread; empty or `undefined` in the main one. Default: `resourceLimits` of `node:worker_threads`. */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number | undefined } | undefined
  /** `heap_size_limit` of `v8.getHeapStatistics()`. */
  readonly heapLimitBytes: number
}

/**
 * Bytes that the old generation may hold. V8 gives up when that is used up, but reports a limit which adds three semi-spaces of the
 * young one: with `--max-old-space-size=64`, as in a small container on a large machine, 256 MB on Node.js 24, of which a quarter is used
 * when the process dies. Without flags the two differ by at most 5 %, and the one that is reported is taken.
 */
export function oldGenerationLimit(sources: OldGenerationSources): number | undefined {
  const { heapLimitBytes, flags = processFlags(), resourceLimits = workerLimits() } = sources
  const ofWorker = realLimit((resourceLimits?.maxOldGenerationSizeMb ?? 0) * megabyte)
  if (ofWorker !== undefined) return ofWorker
  const old = realLimit(megabytesOf(flags, 'max-old-space-size') * megabyte)
  if (old !== undefined) return old
  const semiSpaces = 3 * megabytesOf(flags, 'max-semi-space-size') * megabyte
  return realLimit(heapLimitBytes - (semiSpaces > 0 && semiSpaces < heapLimitBytes ? semiSpaces : 0))
}

/** Bytes in use outside the young generation; `undefined` where the runtime does not tell. */
export function oldGenerationUsed(): number | undefined {
  const spaces = attempt(() => builtins.v8()?.getHeapSpaceStatistics()) ?? []
  if (!spaces.some(({ space_name: name }) => name === 'old_space')) return undefined
  let used = 0
  for (const { space_name: name, space_used_size: size } of spaces) if (!name.startsWith('new_')) used += size
  return used
}

function processFlags(): readonly string[] {
  const process = hostProcess()
  return [...(process?.env?.['NODE_OPTIONS'] ?? '').split(/\s+/), ...(process?.execArgv ?? [])]
}

function workerLimits(): OldGenerationSources['resourceLimits'] {
  return attempt(() => builtins.workerThreads()?.resourceLimits)
}

/** The last value of a flag, written with hyphens or underscores; 0 without one. */
function megabytesOf(flags: readonly string[], name: string): number {
  let megabytes = 0
  for (const flag of flags) {
    const [given = '', value = ''] = flag.split('=')
    if (given.replaceAll('_', '-') === `--${name}` && /^\d+(?:\.\d+)?$/.test(value)) megabytes = Number(value)
  }
  return megabytes
}
