/** Envoy's gradient: the common experiment, and what its probes cost when there is room for all. */
import { EnvoyGradientLimit } from '@spillway/core'
import type { Plot } from '../plot.ts'
import { pool, steady } from './experiments.ts'
import { goodputPanel, limitPanel, play, type LimitSubject } from './panels.ts'

const subjects: readonly LimitSubject[] = [
  { name: 'EnvoyGradientLimit', make: ({ random }) => new EnvoyGradientLimit({ random, maxLimit: 200 }) },
]
const calm = steady(0.7, 100)

export const envoyGradientLimit: Plot = {
  name: 'envoy-gradient-limit',
  async make() {
    const common = await play(pool, subjects)
    const probes = await play(calm, subjects)
    return {
      title: 'Near the ten servers, after probes that let in three at a time',
      subtitle: pool.about,
      columns: 2,
      panels: [
        limitPanel(pool, common),
        { ...limitPanel(calm, probes), title: 'A calm time, 0.7x: four probes' },
        goodputPanel(pool, common),
        goodputPanel(calm, probes),
      ],
    }
  },
}
