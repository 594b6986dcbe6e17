/** Open-loop load: a generator that sends on schedule whatever the server does, and reports what became of every request. */
export type { LoadClass, LoadOptions, LoadPath, Phase, RetryOptions } from './options.ts'
export type { Counts, Latency, LoadResult, PhaseResult, Slice } from './result.ts'
export type { ArrivalKind } from './schedule.ts'
export { canPin, type PinnedChild, type PinnedOptions, pinSelf, spawnPinned } from './pinned.ts'
export { type LoadHandle, openLoad, type StartOptions, startLoad } from './start.ts'
export { type ClosedLoopOptions, type ClosedLoopResult, runClosedLoop } from './closed-loop.ts'
