/** The correlation limit: the common experiment is short for it, so three minutes of steady overload stand beside. */
import { CorrelationLimit } from '@spillway/core'
import type { Plot } from '../plot.ts'
import { pool, steady } from './experiments.ts'
import { goodputPanel, limitPanel, play, type LimitSubject } from './panels.ts'

const subjects: readonly LimitSubject[] = [{ name: 'CorrelationLimit', make: () => new CorrelationLimit() }]
const long = steady(2, 180)

export const correlationLimit: Plot = {
  name: 'correlation-limit',
  async make() {
    const common = await play(pool, subjects)
    const lasting = await play(long, subjects)
    return {
      title: 'One step a second: too slow for half a minute, and in three it swings',
      subtitle: pool.about,
      columns: 2,
      panels: [
        limitPanel(pool, common),
        { ...limitPanel(long, lasting), title: 'The same for three minutes at 2x' },
        goodputPanel(pool, common),
        goodputPanel(long, lasting),
      ],
    }
  },
}
