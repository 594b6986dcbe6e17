/** Both CoDels at twice the capacity: the one for packets, and the one for requests. */
import { Codel, ServiceCodel } from '@spillway/core'
import { colour } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { about, play, servedPanel, sojournPanel, type QueueSubject } from './world.ts'

const capacity = 400

const subjects: readonly QueueSubject[] = [
  { name: 'Codel (RFC 8289)', colour: colour.third, make: () => new Codel({ capacity }) },
  { name: 'ServiceCodel', colour: colour.ours, make: () => new ServiceCodel({ capacity }) },
  {
    name: "order: 'adaptive-lifo'",
    colour: colour.second,
    make: () => new ServiceCodel({ capacity, order: 'adaptive-lifo' }),
  },
]

export const codel: Plot = {
  name: 'codel',
  async make() {
    const runs = await play(subjects)
    return {
      title: 'CoDel for packets is slow for requests; the one for requests drops at once',
      subtitle: `${about}; room for 400 to wait; default options`,
      columns: 2,
      panels: [...runs.map((run, i) => sojournPanel(run, i < 2)), servedPanel(runs)],
    }
  },
}
