/** Limits in an experiment: what they allow beside what would be right, and what is served beside what is possible. */
import type { Clock, Environment, Limit, Outcome } from '@spillway/core'
import { simulate, type Server } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { callingTheLate, refusing, type Hints } from '../../sim/subject.ts'
import { perSecond, sampled, thinned, until } from '../series.ts'
import { watched } from '../watched.ts'
import { patienceMs, type Experiment } from './experiments.ts'

/** A limit under test, made anew for its run. */
export interface LimitSubject {
  readonly name: string
  readonly make: (environment: Environment, hints: Hints) => Limit
  readonly colour?: string
  /** What it is told of callers who left before the end; default `ignored`, as by adapters. */
  readonly late?: Outcome
  /** What the server does differently with it. */
  readonly server?: Server
}

/** What one limit did. */
export interface LimitRun {
  readonly subject: LimitSubject
  readonly limit: readonly Point[]
  /** Times at which an answer came in time. */
  readonly served: readonly number[]
  /** How long each of these took. */
  readonly tookMs: readonly number[]
}

/** Plays the experiment with each limit in front. */
export async function play(experiment: Experiment, subjects: readonly LimitSubject[]): Promise<LimitRun[]> {
  const runs: LimitRun[] = []
  for (const subject of subjects) runs.push(await playOne(experiment, subject))
  return runs
}

async function playOne({ world, endS, right }: Experiment, subject: LimitSubject): Promise<LimitRun> {
  let limit: readonly Point[] = []
  let busyMs = (): number => 0
  const served: number[] = []
  const tookMs: number[] = []
  const note = (clock: Clock, made: Limit): void => void (limit = sampled(clock, endS * 4, () => made.value))
  await simulate({
    ...world,
    server: { ...world.server, ...subject.server },
    signals: (view) => {
      busyMs = () => view.busyMs
      return []
    },
    protect: (environment) => {
      const made = subject.make(environment, { right: right.limit, busyMs: () => busyMs() })
      note(environment.clock, made)
      return watched(callingTheLate(subject.late ?? 'ignored', refusing(environment, made)), environment.clock, {
        left(ticket, now, outcome) {
          if (outcome !== 'success' || now > ticket.arrivedAt + patienceMs) return
          served.push(now)
          tookMs.push(now - ticket.arrivedAt)
        },
      })
    },
  })
  return { subject, limit: until(endS, limit), served, tookMs }
}

/** The limits over time, beside the right number. */
export function limitPanel({ endS, right, spans }: Experiment, runs: readonly LimitRun[]): Panel {
  return {
    title: 'How many may be in flight',
    mark: 'step',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'limit', kind: 'log', domain: [2, 300], values: [2, 5, 10, 20, 50, 100, 200] },
    series: runs.map(({ subject: { name, colour: own }, limit }) => ({ name, points: limit, ...coloured(own) })),
    rules: [{ at: right.limit, label: right.label, side: 'left' }],
    spans,
  }
}

function coloured(own: string | undefined): { colour?: string } {
  return own === undefined ? {} : { colour: own }
}

/** What was served in time over time, beside what was possible. */
export function goodputPanel(experiment: Experiment, runs: readonly LimitRun[]): Panel {
  const { endS, spans, capacityPerSecond } = experiment
  const shares = runs.map(({ subject: { name, colour: own }, served }): Series => {
    const rates = perSecond(served, 500, endS * 1000)
    const points = rates.map(([at, rate]): Point => [at, (rate ?? 0) / capacityPerSecond])
    return { name, points: thinned(points, 200), ...coloured(own) }
  })
  return {
    title: 'Served in time',
    mark: 'line',
    x: { title: 'seconds', domain: [0, endS] },
    y: { title: 'share of capacity', kind: 'share', domain: [0, 1.25], values: [0, 0.25, 0.5, 0.75, 1] },
    series: [...shares, possibleOf(experiment)],
    spans: spans.map((span) => ({ ...span, label: '' })),
  }
}

function possibleOf({ possible, endS }: Experiment): Series {
  const points = possible.flatMap(([from, share], i): Point[] => [
    [from, share],
    [possible[i + 1]?.[0] ?? endS, share],
  ])
  return { name: 'possible', colour: colour.pale, dashed: true, points }
}

/** Both. */
export async function limitPanels(experiment: Experiment, subjects: readonly LimitSubject[]): Promise<Panel[]> {
  const runs = await play(experiment, subjects)
  return [limitPanel(experiment, runs), goodputPanel(experiment, runs)]
}
