/** All subjects of the simulator. */
import type { Subject } from '../subject.ts'
import { estimating } from './estimating.ts'
import { lagging } from './lag.ts'
import { ours } from './ours.ts'
import { queueing } from './queueing.ts'
import { roundTrips } from './round-trips.ts'
import { statics } from './static.ts'

export { theDefault } from './ours.ts'

export const subjects: readonly Subject[] = [...ours, ...statics, ...lagging, ...roundTrips, ...estimating, ...queueing]

/** Whether a subject is competition: perfect foresight is none, for nobody has it. */
export function competes(subject: string): boolean {
  return !subject.startsWith('fixed right') && subject !== 'DAGOR'
}
