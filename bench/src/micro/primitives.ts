/** What one operation of each part of the core costs, in time and in memory. */
import { interleave, median } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import { roomy, runChild } from './child.ts'
import type { Effort } from './decisions.ts'
import type { PrimitiveResult } from './primitives-cell.ts'
import { primitives } from './primitives/all.ts'
import type { Primitive } from './primitives/primitive.ts'

/** Nothing that is done for one ticket may take longer, however many wait. */
const mostNs = 1000
/** Admission must allocate nothing; less than a byte is what the measurement itself leaves. */
const mostBytes = 1

/** Learnt limits and orders of waiting: what a ticket meets besides counting. */
const named = ['limits', 'disciplines']

/** A row of the table, measured. */
interface Measured {
  readonly area: string
  readonly primitive: Primitive
  /** Of each round. */
  readonly times: readonly number[]
  readonly ns: number
  readonly bytes: number
}

/** Measures all primitives in rounds, each in a process of its own. */
export async function measurePrimitives(report: Report, effort: Effort): Promise<void> {
  const subjects = primitives.flatMap(({ area, rows }) => rows.map((primitive) => ({ area, primitive })))
  const results = await interleave({
    subjects,
    rounds: Math.min(3, effort.rounds),
    progress: report.progress,
    label: ({ primitive }) => `primitive: ${primitive.name}`,
    run: ({ primitive }) =>
      runChild<PrimitiveResult>({
        script: 'primitives-cell.ts',
        args: [primitive.name, String(effort.operations)],
        flags: roomy,
      }),
  })
  const measured = [...results].map(([subject, rounds]) => {
    const times = rounds.map((round) => round.ns)
    return { ...subject, times, ns: median(times), bytes: median(rounds.map((round) => round.bytes)) }
  })
  for (const each of measured) addRow(report, each)
  addFigures(report, measured)
}

function addRow(report: Report, { area, primitive, times, ns, bytes }: Measured): void {
  report.row('primitives, ns and bytes for what the name says', {
    area,
    primitive: primitive.name,
    ns,
    'ns min': Math.min(...times),
    'ns max': Math.max(...times),
    bytes,
  })
}

function addFigures(report: Report, measured: readonly Measured[]): void {
  const nsPerOperation = ({ primitive, ns }: Measured): number => ns / (primitive.operations ?? 1)
  const bytes = (each: Measured): number => each.bytes
  const worst = (text: string, among: readonly Measured[], read: (each: Measured) => number): Worst => {
    const most = among.reduce((a, b) => (read(b) > read(a) ? b : a))
    return { figure: `${text}: ${most.primitive.name}`, value: read(most) }
  }
  const isNamed = ({ area }: Measured): boolean => named.includes(area)
  const atMostNs = { unit: 'ns/operation', target: { atMost: mostNs } }
  report.figure({ ...worst('slowest limit or discipline', measured.filter(isNamed), nsPerOperation), ...atMostNs })
  const others = measured.filter((each) => !isNamed(each))
  report.figure({ ...worst('slowest of the others', others, nsPerOperation), ...atMostNs })
  const admitting = measured.filter(({ primitive }) => primitive.admits === true)
  report.figure({
    ...worst('most bytes per admission', admitting, bytes),
    unit: 'bytes',
    target: { atMost: mostBytes },
  })
}

interface Worst {
  readonly figure: string
  readonly value: number
}
