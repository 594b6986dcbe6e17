/** Four orders of waiting at twice the capacity. */
import { AdaptiveLifo, Fifo, Lifo, ServiceCodel } from '@spillway/core'
import { colour } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { about, play, servedPanel, sojournPanel, unansweredPanel, type QueueSubject } from './world.ts'

const capacity = 400

const subjects: readonly QueueSubject[] = [
  { name: 'Fifo', colour: colour.bad, make: () => new Fifo({ capacity }) },
  { name: 'Lifo', colour: colour.third, make: () => new Lifo({ capacity }) },
  { name: 'AdaptiveLifo', colour: colour.second, make: () => new AdaptiveLifo({ capacity }) },
  { name: 'ServiceCodel', colour: colour.ours, make: () => new ServiceCodel({ capacity }) },
]

export const queues: Plot = {
  name: 'queues',
  async make() {
    const runs = await play(subjects)
    return {
      title: 'In order of arrival all wait in vain; the others serve callers who still listen',
      subtitle: `${about}; room for 400 to wait`,
      columns: 2,
      panels: [...runs.map((run, i) => sojournPanel(run, i < 2)), servedPanel(runs), unansweredPanel(runs)],
    }
  },
}
