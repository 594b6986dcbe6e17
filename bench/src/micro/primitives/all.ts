/** The table of primitives: a new part of the core gets one line in one of these files. */
import { clients } from './client.ts'
import { compositions } from './compose.ts'
import { concurrency } from './concurrency.ts'
import { estimates } from './estimates.ts'
import { gates } from './gates.ts'
import { limits } from './limits.ts'
import { lines } from './lines.ts'
import type { Primitive } from './primitive.ts'
import { queues } from './queues.ts'
import { rates } from './rates.ts'
import { shares } from './share.ts'
import { shedding } from './shed.ts'

/** Rows of one kind. */
export interface Area {
  readonly area: string
  readonly rows: readonly Primitive[]
}

/** By area. */
export const primitives: readonly Area[] = [
  { area: 'rates', rows: rates },
  { area: 'concurrency', rows: concurrency },
  { area: 'limits', rows: limits },
  { area: 'disciplines', rows: lines },
  { area: 'waiting', rows: queues },
  { area: 'shares', rows: shares },
  { area: 'shedding', rows: shedding },
  { area: 'clients', rows: clients },
  { area: 'composing', rows: compositions },
  { area: 'gates', rows: gates },
  { area: 'estimates', rows: estimates },
]
