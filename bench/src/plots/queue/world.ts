/** Disciplines before ten servers at twice their capacity: how long those had waited who were served. */
import { ConcurrencyLimiter, FixedLimit, QueueGate, type Discipline, type Waiter } from '@spillway/core'
import { load } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { perSecond, seconds } from '../series.ts'
import { tenantsRun, type Books, type Happening } from '../tenants.ts'

const endS = 12
const [fromS, toS] = [2, 8]
const capacity = 500

/** A discipline under test. */
export interface QueueSubject {
  readonly name: string
  readonly colour: string
  readonly make: () => Discipline<Waiter>
}

/** What one of them did. */
export interface QueueRun {
  readonly subject: QueueSubject
  readonly books: Books
}

/** The experiment in a line. */
export const about = 'ten servers of 20 ms (500 calls/s), 0.7x, from 2 to 8 s 2x; callers leave after 500 ms'

/** Plays it with each. Waits are bounded by the discipline alone. */
export async function play(subjects: readonly QueueSubject[]): Promise<QueueRun[]> {
  const runs: QueueRun[] = []
  for (const subject of subjects) {
    const books = await tenantsRun({
      durationMs: endS * 1000,
      load: load.spike({ base: 0.7, peak: 2, fromMs: fromS * 1000, untilMs: toS * 1000 }),
      make: ({ clock }) => {
        const pool = new ConcurrencyLimiter(new FixedLimit(10))
        return new QueueGate(pool, subject.make(), clock, { maxWaitMs: 3_600_000 })
      },
    })
    runs.push({ subject, books })
  }
  return runs
}

const x = { title: 'seconds', domain: [0, endS] } as const
const over = { from: fromS, to: toS }

/** Of so many one, evenly: what a picture can show. */
function some(all: readonly Happening[], most: number): Happening[] {
  const each = Math.ceil(all.length / most)
  return all.filter((_, i) => i % each === 0)
}

/** A dot for each (of some) that ran: when it started, and how long it had waited. */
export function sojournPanel({ subject, books }: QueueRun, labelled: boolean): Panel {
  const dots = (all: readonly Happening[]): Point[] =>
    some(all, 330).map(({ ticket }) => [seconds(ticket.startedAt), ticket.startedAt - ticket.arrivedAt])
  return {
    title: subject.name,
    mark: 'dot',
    x,
    y: { title: 'waited, ms', domain: [0, 620], values: [0, 200, 400, 600] },
    series: [
      { name: 'served in time', points: dots(books.served), colour: colour.ours },
      { name: 'in vain', points: dots(books.inVain), colour: colour.bad },
    ],
    spans: [{ ...over, label: labelled ? '2x' : '' }],
    height: 120,
  }
}

/** What all of them served in time. */
export function servedPanel(runs: readonly QueueRun[]): Panel {
  return {
    title: 'Served in time',
    mark: 'line',
    x,
    y: { title: 'share of capacity', kind: 'share', domain: [0, 1.15], values: [0, 0.25, 0.5, 0.75, 1] },
    series: runs.map(({ subject, books }): Series => {
      const rates = perSecond(
        books.served.map(({ at }) => at),
        500,
        endS * 1000,
      )
      return {
        name: subject.name,
        colour: subject.colour,
        points: rates.map(([at, rate]) => [at, (rate ?? 0) / capacity]),
      }
    }),
    spans: [{ ...over, label: '' }],
    height: 120,
  }
}

/** Callers who heard nothing in time, neither yes nor no. */
export function unansweredPanel(runs: readonly QueueRun[]): Panel {
  return {
    title: 'Callers who hear nothing in time',
    mark: 'line',
    x,
    y: { title: 'share of offered', kind: 'share', values: [0, 0.25, 0.5, 0.75, 1] },
    series: runs.map(({ subject: { name, colour: own }, books }): Series => ({
      name,
      colour: own,
      points: books.result
        .slices(0.5)
        .map(({ startMs, durationMs, answered }) => [seconds(startMs + durationMs / 2), 1 - answered]),
    })),
    spans: [{ ...over, label: '' }],
    height: 120,
  }
}
