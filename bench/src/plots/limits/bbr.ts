/** BBR before a busy processor, where it belongs, and before a pool, where nothing tells it to hold back. */
import { BbrLimit } from '@spillway/core'
import { colour } from '../../chart/index.ts'
import { processorOf } from '../../sim/subjects/estimating.ts'
import type { Plot } from '../plot.ts'
import { pool, processor } from './experiments.ts'
import { goodputPanel, limitPanel, play, type LimitSubject } from './panels.ts'

const maxLimit = 200

/** As in its sources: a request is over when its handler has ended, whether or not its client has left. */
const untilTheEnd = { late: 'success', server: { releaseOn: 'end' } } as const

const subjects: readonly LimitSubject[] = [
  {
    name: 'with a processor signal',
    make: (environment, hints) => new BbrLimit({ cpu: processorOf(environment, hints), maxLimit }),
    ...untilTheEnd,
  },
  { name: 'always enforced', make: () => new BbrLimit({ maxLimit }), colour: colour.third, ...untilTheEnd },
]

export const bbrLimit: Plot = {
  name: 'bbr-limit',
  async make() {
    const busy = await play(processor, subjects)
    const waiting = await play(pool, subjects)
    return {
      title: 'BBR holds back before a busy processor, and not before a full pool',
      subtitle: 'requests of 2 ms of the processor; calls to ten servers of 20 ms; 500/s each; patience 500 ms',
      columns: 2,
      panels: [
        { ...limitPanel(processor, busy), title: 'A processor: how many may be in flight' },
        { ...limitPanel(pool, waiting), title: 'A pool of ten: how many may be in flight' },
        goodputPanel(processor, busy),
        { ...goodputPanel(pool, waiting), title: 'Served in time: the processor stays calm' },
      ],
    }
  },
}
