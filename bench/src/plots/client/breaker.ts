/** Circuit breakers over time: a target that fails, that recovers, and that fails half of the time. */
import { CircuitBreaker, createTicket, type CircuitOptions } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { byChance } from '../arrivals.ts'
import type { Plot } from '../plot.ts'
import { perSecond, seconds } from '../series.ts'

const endS = 60
const [downS, upS, halfS, wellS] = [10, 25, 38, 50]

const failureAt = (at: number): number =>
  at < downS * 1000 ? 0.01 : at < upS * 1000 ? 1 : at < halfS * 1000 ? 0.01 : at < wellS * 1000 ? 0.6 : 0.01

const heights = { closed: 0, 'half-open': 0.45, open: 0.8, isolated: 0.8 } as const

interface Run {
  readonly state: Point[]
  readonly good: number[]
  readonly bad: number[]
  readonly refused: number[]
}

/** Calls of 20 ms by chance, 50 per second. */
function play(options: CircuitOptions): Run {
  const breaker = new CircuitBreaker(options)
  const [arriving, failing] = [seededRandom(3), seededRandom(4)]
  const run: Run = { state: [], good: [], bad: [], refused: [] }
  const running: {
    readonly endsAt: number
    readonly ticket: ReturnType<typeof createTicket>
    readonly fails: boolean
  }[] = []
  const note = (at: number): void => void run.state.push([seconds(at), heights[breaker.state.kind]])
  const endUntil = (now: number): void => {
    for (let call = running[0]; call !== undefined && call.endsAt <= now; call = running[0]) {
      running.shift()
      breaker.settle(call.ticket, call.endsAt, call.fails ? 'dropped' : 'success')
      const ends = call.fails ? run.bad : run.good
      ends.push(call.endsAt)
      note(call.endsAt)
    }
  }
  for (const at of byChance(arriving, endS * 1000, 50, () => 50)) {
    endUntil(at)
    const ticket = createTicket(at)
    const fails = failing() < failureAt(at)
    if (breaker.admit(ticket, at) === undefined) running.push({ endsAt: at + 20, ticket, fails })
    else run.refused.push(at)
    note(at)
  }
  note(endS * 1000)
  return run
}

const x = { title: 'seconds', domain: [0, endS] } as const
const spans = [
  { from: downS, to: upS, label: 'everything fails' },
  { from: halfS, to: wellS, label: '60 % fail' },
]
const bare = spans.map((span) => ({ ...span, label: '' }))

function callsPanel(title: string, { good, bad, refused }: Run): Panel {
  const rate = (name: string, times: readonly number[], own: string): Series => ({
    name,
    points: perSecond(times, 1000, endS * 1000),
    colour: own,
  })
  return {
    title,
    mark: 'line',
    x,
    y: { title: 'calls per second', domain: [0, 70] },
    series: [
      rate('succeeded', good, colour.ours),
      rate('failed', bad, colour.bad),
      rate('refused by the breaker', refused, colour.pale),
    ],
    spans: bare,
  }
}

export const circuitBreaker: Plot = {
  name: 'circuit-breaker',
  make() {
    const share = play({})
    const row = play({ consecutiveFailures: 5 })
    const lift = (points: readonly Point[], by: number): Point[] => points.map(([at, y]) => [at, (y ?? 0) + by])
    const states: Panel = {
      title: 'The state: low closed, in the middle half-open, high open',
      mark: 'step',
      x,
      y: { title: '', domain: [-0.15, 2], values: [] },
      series: [
        { name: 'failureRatio 0.5 of 10 s (default)', points: lift(share.state, 1.1), colour: colour.second },
        { name: 'and consecutiveFailures: 5', points: row.state, colour: colour.third },
      ],
      spans,
    }
    return {
      title: 'Open while the target fails, with a probe now and then',
      subtitle: '50 calls per second of 20 ms each; open for 5 s at a time',
      panels: [
        states,
        callsPanel('By the share of failures: late, for ten good seconds are in the window', share),
        callsPanel('By failures in a row as well: at once', row),
      ],
    }
  },
}
