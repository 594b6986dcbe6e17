/** A noisy value, and what becomes of it by one threshold, by two, and by two that wait. */
import { Hysteresis } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Point } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'

const endS = 60
const stepMs = 250

/** Rises, hovers between the thresholds, falls; noise on top, and one short peak. */
function values(): Point[] {
  const random = seededRandom(6)
  return Array.from({ length: (endS * 1000) / stepMs + 1 }, (_, i) => {
    const at = (i * stepMs) / 1000
    const level =
      at < 10 ? 0.5 : at < 25 ? 0.5 + 0.031 * (at - 10) : at < 38 ? 0.82 : Math.max(0.5, 0.82 - 0.02 * (at - 38))
    const hump = at >= 22 && at < 27 ? 0.08 : 0
    const peak = at >= 5 && at < 5.5 ? 0.45 : 0
    return [at, level + hump + peak + 0.14 * (random() - 0.5)]
  })
}

export const hysteresis: Plot = {
  name: 'hysteresis',
  make() {
    const value = values()
    const two = new Hysteresis({ high: 0.9, low: 0.7 })
    const waiting = new Hysteresis({ high: 0.9, low: 0.7, enterAfterMs: 500, leaveAfterMs: 2000 })
    const switched = (row: number, of: (value: number, now: number) => boolean): Point[] =>
      value.map(([at, y]) => [seconds(Number(at) * 1000), row + (of(y ?? 0, Number(at) * 1000) ? 0.7 : 0)])
    const x = { title: 'seconds', domain: [0, endS] } as const
    return {
      title: 'Two thresholds switch once where one flaps',
      subtitle: 'a noisy value, looked at four times a second',
      panels: [
        {
          title: 'The value',
          mark: 'line',
          x,
          y: { title: 'value', domain: [0.3, 1.1], values: [0.3, 0.5, 0.7, 0.9, 1.1] },
          series: [{ name: 'value', points: value, colour: colour.second }],
          rules: [
            { at: 0.9, label: 'high', side: 'left' },
            { at: 0.7, label: 'low', side: 'left' },
          ],
        },
        {
          title: 'On and off',
          mark: 'step',
          x,
          y: { title: '', domain: [-0.2, 3], values: [] },
          series: [
            { name: 'one threshold: above 0.8', points: switched(2, (y) => y > 0.8), colour: colour.bad },
            { name: 'high 0.9, low 0.7', points: switched(1, (y, now) => two.observe(y, now)), colour: colour.third },
            {
              name: 'the same, waiting 0.5 s and 2 s',
              points: switched(0, (y, now) => waiting.observe(y, now)),
              colour: colour.ours,
            },
          ],
        },
      ],
    }
  },
}
