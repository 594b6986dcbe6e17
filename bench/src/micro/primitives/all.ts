/** The table of primitives: a new part of the core gets one line in one of these files. */
import { estimates } from './estimates.ts'
import { limits } from './limits.ts'
import type { Primitive } from './primitive.ts'
import { queues } from './queues.ts'
import { rates } from './rates.ts'

/** By area. */
export const primitives: ReadonlyArray<{ readonly area: string; readonly rows: readonly Primitive[] }> = [
  { area: 'rates', rows: rates },
  { area: 'limits', rows: limits },
  { area: 'waiting', rows: queues },
  { area: 'estimates', rows: estimates },
]
