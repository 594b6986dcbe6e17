/** The knee before a pool, the delay before a busy processor, and a downstream that is slow but has room. */
import { DelayLimit, Gradient2Limit, KneeLimit, WindowedLimit } from '@spillway/core'
import { colour } from '../../chart/index.ts'
import { watchLag } from '../../sim/subjects/lag.ts'
import type { Plot } from '../plot.ts'
import { pool, processor, slowWithRoom } from './experiments.ts'
import { goodputPanel, limitPanel, play, type LimitSubject } from './panels.ts'

const knee: LimitSubject = { name: 'KneeLimit', make: () => new KneeLimit(), colour: colour.ours }

const delay: LimitSubject = {
  name: 'DelayLimit',
  colour: colour.third,
  make: ({ clock }) => {
    const limit = new DelayLimit()
    watchLag(clock, 20, (lagMs, now) => limit.tick(now, lagMs))
    return limit
  },
}

const gradient: LimitSubject = {
  name: 'Gradient2Limit',
  colour: colour.fifth,
  make: () => new WindowedLimit(new Gradient2Limit({ minLimit: 5 }), { minWindowMs: 100, maxWindowMs: 100 }),
  late: 'dropped',
}

export const kneeAndDelayLimits: Plot = {
  name: 'knee-and-delay-limits',
  async make() {
    const pooled = await play(pool, [knee])
    const busy = await play(processor, [knee, delay])
    const slow = await play(slowWithRoom, [knee, gradient])
    return {
      title: 'The knee finds a pool, the delay limit a busy processor; slow is not full',
      subtitle: 'calls to ten servers of 20 ms; requests of 2 ms of the processor; 500/s each; patience 500 ms',
      columns: 2,
      panels: [
        { ...limitPanel(pool, pooled), title: 'A pool of ten: how many may be in flight' },
        { ...limitPanel(processor, busy), title: 'A processor: how many may be in flight' },
        goodputPanel(pool, pooled),
        goodputPanel(processor, busy),
        { ...limitPanel(slowWithRoom, slow), title: 'Slow, with room for all: in flight' },
        goodputPanel(slowWithRoom, slow),
      ],
    }
  },
}
