/** Shedding by pressure: the shares of the classes, and the spiral of a garbage collector that is seen coming. */
import { GcSpiral, PressureLimiter, settableSignal } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import type { Plot } from '../plot.ts'
import { seconds } from '../series.ts'

const classes = ['sheddable', 'sheddable_plus', 'critical', 'critical_plus'] as const
const colours = [colour.third, colour.sixth, colour.second, colour.fifth]

function sharesPanel(): Panel {
  const pressures = Array.from({ length: 61 }, (_, i) => 0.85 + i * 0.006)
  const signal = settableSignal('heap')
  const shedder = new PressureLimiter([signal], seededRandom(1), { sampleMs: 0 })
  const shares = pressures.map((pressure, i) => {
    signal.set(pressure)
    return shedder.snapshot(i).shares
  })
  return {
    title: 'Refused, by class, against the pressure: a multiple of what the resource has',
    mark: 'line',
    x: { title: 'pressure', domain: [0.85, 1.2] },
    y: { title: 'share refused', kind: 'share', values: [0, 0.25, 0.5, 0.75, 1] },
    series: classes.map((name, i): Series => ({
      name,
      colour: colours[i] ?? '',
      points: pressures.map((pressure, j): Point => [pressure, shares[j]?.[name] ?? null]),
    })),
  }
}

/** A signal that saws between 0.9 and 1.0, as a heap does between collections. */
function hysteresisPanel(): Panel {
  const signal = settableSignal('heap')
  const run = (name: string, hysteresis: number, holdMs: number, own: string): Series => {
    const shedder = new PressureLimiter([signal], seededRandom(1), { sampleMs: 0, hysteresis, holdMs })
    const points = Array.from({ length: 201 }, (_, i): Point => {
      const now = i * 40
      signal.set(0.92 + 0.1 * ((now % 1600) / 1600))
      return [seconds(now), shedder.snapshot(now).shares.sheddable]
    })
    return { name, points, colour: own }
  }
  return {
    title: 'A heap that saws between 0.92 and 1.02: what becomes of sheddable work',
    mark: 'line',
    x: { title: 'seconds', domain: [0, 8] },
    y: { title: 'share refused', kind: 'share', domain: [0, 1.1], values: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      run('hysteresis 0', 0, 0, colour.pale),
      run('0.05 (default)', 0.05, 0, colour.ours),
      run('and holdMs: 1000', 0.05, 1000, colour.bad),
    ],
    height: 130,
  }
}

const endS = 20

/** What is alive in a heap of 1 GB: it grows from 8 s on, by 6 % of the limit in each second. */
const liveAt = (at: number): number => Math.min(0.98, 0.35 + 0.06 * Math.max(0, at - 8))

/** Full collections whose cost and whose gaps follow from what is alive. */
function spiralPanel(): Panel {
  const spiral = new GcSpiral()
  const limitBytes = 1e9
  const [pressure, byTime, byRoom]: [Point[], Point[], Point[]] = [[], [], []]
  let collectAt = 250
  for (let now = 0; now <= endS * 1000; now += 10) {
    const alive = liveAt(now / 1000)
    if (now >= collectAt) {
      const durationMs = 40 * alive
      spiral.collected(now, { durationMs, major: true, usedBytes: alive * limitBytes, limitBytes })
      // It is due again when the room above what is alive is used up.
      collectAt = now + durationMs + 500 * (1 - alive)
    }
    if (now % 100 !== 0) continue
    const seen = spiral.snapshot(now)
    pressure.push([seconds(now), seen.pressure])
    byTime.push([seconds(now), seen.share / 0.3])
    byRoom.push([seconds(now), seen.live / 0.85])
  }
  return {
    title: 'The spiral is seen coming: pressure is at its limit before time or room is',
    mark: 'line',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'pressure', domain: [0, 1.6], values: [0, 0.5, 1, 1.5] },
    series: [
      { name: 'GcSpiral', points: pressure, colour: colour.ours },
      { name: 'by the time in collections alone', points: byTime, colour: colour.bad },
      { name: 'by what survives alone', points: byRoom, colour: colour.third },
    ],
    spans: [{ from: 8, to: endS, label: 'what is alive grows by 6 % of the limit in each second' }],
    rules: [{ at: 1, label: 'at its limit', side: 'left' }],
  }
}

export const pressure: Plot = {
  name: 'pressure',
  make: () => ({
    title: 'The least important first, and before the process dies of it',
    subtitle: 'default options; a heap of 1 GB whose collections cost and come as what is alive asks for',
    panels: [sharesPanel(), hysteresisPanel(), spiralPanel()],
  }),
}
