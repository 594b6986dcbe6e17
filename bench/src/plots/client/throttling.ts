/** Throttling by the client: how much is held back for which share of refusals, and over time before a busy target. */
import { AdaptiveThrottle, AdmissionControl, createTicket, type Limiter } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { perSecond, seconds } from '../series.ts'

/** Something that holds back and says how much. */
type Throttle = Limiter & { probability(now: number): number }

/** The probability after a long time in which a share of what was asked, or of what ended, was accepted. */
function curve(name: string, make: () => Throttle, own: string): Series {
  const points = Array.from({ length: 51 }, (_, i): Point => {
    const share = i / 50
    const throttle = make()
    for (let n = 0; n < 1000; n++) {
      const ticket = createTicket(n)
      const accepted = Math.floor((n + 1) * share) > Math.floor(n * share)
      if (throttle.admit(ticket, n) === undefined) throttle.settle(ticket, n, accepted ? 'success' : 'dropped')
    }
    return [share, throttle.probability(1000)]
  })
  return { name, points, colour: own }
}

/** Never holds anything back, so that the share of accepts is what it shall be. */
const always = (): number => 0.999_999

const endS = 240
const [fromS, toS] = [40, 140]
const capacity = 50

interface Run {
  readonly sent: number[]
  readonly accepted: number[]
  readonly probability: Point[]
}

/** A target that accepts 50 requests in each second, asked for 30, for 200 for a while, and for 30 again. */
function play(throttle: Throttle): Run {
  const run: Run = { sent: [], accepted: [], probability: [] }
  let [second, taken, readAt] = [0, 0, 0]
  const wanted = (at: number): number => (at >= fromS * 1000 && at < toS * 1000 ? 200 : 30)
  for (const at of byChance(seededRandom(5), endS * 1000, 200, wanted)) {
    for (; readAt <= at; readAt += 1000) run.probability.push([seconds(readAt), throttle.probability(readAt)])
    if (Math.floor(at / 100) !== second) [second, taken] = [Math.floor(at / 100), 0]
    const ticket = createTicket(at)
    if (throttle.admit(ticket, at) !== undefined) continue
    run.sent.push(at)
    const accepted = taken++ < capacity / 10
    if (accepted) run.accepted.push(at)
    throttle.settle(ticket, at, accepted ? 'success' : 'dropped')
  }
  return run
}

const x = { title: 'seconds', domain: [0, endS] } as const
const over = { from: fromS, to: toS }

function curvesPanel(): Panel {
  return {
    title: 'Held back, by the share of requests that the target accepts',
    mark: 'line',
    x: { title: 'accepted of what was sent', kind: 'share', domain: [0, 1] },
    y: { title: 'probability', kind: 'share', values: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      curve('AdaptiveThrottle, k 2', () => new AdaptiveThrottle({ random: always }), colour.ours),
      curve('k 1.1', () => new AdaptiveThrottle({ k: 1.1, random: always }), colour.sixth),
      curve('AdmissionControl', () => new AdmissionControl({ random: always }), colour.third),
      curve('aggression 4', () => new AdmissionControl({ aggression: 4, random: always }), colour.fifth),
    ],
  }
}

function panelsOf(adaptive: Run, control: Run): Panel[] {
  const rates = (name: string, times: readonly number[], own: string): Series => ({
    name,
    points: perSecond(times, 4000, endS * 1000),
    colour: own,
  })
  return [
    curvesPanel(),
    {
      title: 'Sent to a target that accepts 50 per second',
      mark: 'line',
      x,
      y: { title: 'per second', domain: [0, 220] },
      series: [
        rates('AdaptiveThrottle, k 2', adaptive.sent, colour.ours),
        rates('AdmissionControl', control.sent, colour.third),
      ],
      rules: [{ at: capacity, label: 'accepted', side: 'right' }],
      spans: [{ ...over, label: '200 requests/s wanted' }],
    },
    {
      title: 'Held back, over time',
      mark: 'step',
      x,
      y: { title: 'probability', kind: 'share', values: [0, 0.25, 0.5, 0.75, 1] },
      series: [
        { name: 'AdaptiveThrottle, k 2', points: adaptive.probability, colour: colour.ours },
        { name: 'AdmissionControl', points: control.probability, colour: colour.third },
      ],
      spans: [{ ...over, label: '' }],
    },
  ]
}

export const adaptiveThrottling: Plot = {
  name: 'adaptive-throttling',
  make() {
    const adaptive = play(new AdaptiveThrottle({ random: seededRandom(7) }))
    const control = play(new AdmissionControl({ random: seededRandom(7) }))
    return {
      title: 'A client that is refused much asks less',
      subtitle: 'default options but where something else is said; 30 requests/s are wanted before and after',
      panels: panelsOf(adaptive, control),
    }
  },
}
