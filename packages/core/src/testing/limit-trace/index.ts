/** Replaying recordings of limits: re-exports only. */
export { createTraceLimit } from './create.ts'
export type { TraceLimit } from './create.ts'
export { replayLimitTrace } from './replay.ts'
export type { LimitTrace, LimitTraceCase, LimitTraceMismatch, LimitTraceReplay } from './replay.ts'
