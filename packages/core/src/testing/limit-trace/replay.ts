/** Replays recorded samples against a limit and says where it differs from what was recorded. */
import { createTraceLimit, type TraceLimit } from './create.ts'

/** A recorded trace: one class, one set of parameters, several sequences of samples. */
export interface LimitTrace {
  /** As Netflix names it, for example `VegasLimit` or `WindowedLimit(Gradient2Limit)`. */
  readonly class: string
  readonly params: Readonly<Record<string, unknown>>
  /** Unit of all times; `ns` by default. */
  readonly unit?: string
  /** What the numbers of a sample are; `startTime, rtt, inflight, didDrop, limit` by default. */
  readonly columns?: readonly string[]
  readonly cases: readonly LimitTraceCase[]
}

/** One sequence of samples. */
export interface LimitTraceCase {
  readonly shape?: string
  readonly seed?: number
  /** The limit before the first sample. */
  readonly initialLimit?: number
  /** What was drawn by chance, in order. */
  readonly random?: { readonly draws?: readonly number[] }
  /** What was learnt after so many samples, to the last bit. */
  readonly checkpoints?: readonly { readonly after: number; readonly state: Readonly<Record<string, number>> }[]
  /** Rows of `columns`; `limit` is the one after the sample. */
  readonly samples: readonly (readonly number[])[]
}

/** One difference. */
export interface LimitTraceMismatch {
  /** Index of the case, with its shape and seed. */
  readonly case: string
  /** How many samples had been fed. */
  readonly index: number
  /** `limit`, `initialLimit`, `draws` or the name of a state. */
  readonly field: string
  readonly expected: number
  readonly actual: number | undefined
}

/** What a replay found. */
export interface LimitTraceReplay {
  readonly cases: number
  readonly samples: number
  readonly checkpoints: number
  /** How many values differed. */
  readonly mismatched: number
  /** The first hundred of them. */
  readonly mismatches: readonly LimitTraceMismatch[]
  /** Parameters and states that mean nothing here, and were not compared. */
  readonly ignored: readonly string[]
}

const mostMismatches = 100
const defaultColumns = ['startTime', 'rtt', 'inflight', 'didDrop', 'limit']

/**
 * Feeds a recorded trace to our limit of the same class and compares every limit, and every state at the checkpoints, with `===`. For
 * recordings of Netflix's limits, or of ours. Throws what {@link createTraceLimit} throws, and a TypeError for what is no trace.
 */
export function replayLimitTrace(trace: LimitTrace): LimitTraceReplay {
  if (!Array.isArray(trace?.cases)) throw new TypeError('limit trace: must have an array "cases"')
  const findings = new Findings()
  const columns = defaultColumns.map((name) => (trace.columns ?? defaultColumns).indexOf(name))
  if (columns.includes(-1)) throw new TypeError(`limit trace: "columns" must name ${defaultColumns.join(', ')}`)
  for (const [index, each] of trace.cases.entries()) {
    findings.begin(`${index} ${each.shape ?? ''} seed ${each.seed ?? '?'}`)
    const made = createTraceLimit(trace.class, trace.params, each.random?.draws ?? [], trace.unit ?? 'ns')
    for (const name of made.ignored) findings.ignored.add(name)
    if (each.initialLimit !== undefined) findings.compare(0, 'initialLimit', each.initialLimit, made.state()['limit'])
    replayCase(each, columns, made, findings)
    findings.compare(each.samples.length, 'draws', 0, made.missingDraws)
  }
  return findings.result()
}

function replayCase(each: LimitTraceCase, columns: readonly number[], made: TraceLimit, findings: Findings): void {
  const [startAt, rttAt, inflightAt, dropAt, limitAt] = columns as [number, number, number, number, number]
  const checkpoints = new Map(each.checkpoints?.map(({ after, state }) => [after, state]))
  for (const [index, row] of each.samples.entries()) {
    const rtt = row[rttAt]!
    made.limit.sample(row[startAt]! + rtt, rtt, row[inflightAt]!, Boolean(row[dropAt]))
    findings.samples++
    findings.compare(index + 1, 'limit', row[limitAt]!, Math.trunc(made.limit.value))
    const expected = checkpoints.get(index + 1)
    if (expected !== undefined) findings.check(index + 1, expected, made.state())
  }
}

/** What was found so far. */
class Findings {
  samples = 0
  readonly ignored: Set<string> = new Set()
  readonly #mismatches: LimitTraceMismatch[] = []
  #mismatched = 0
  #cases = 0
  #checkpoints = 0
  #case = ''

  begin(name: string): void {
    this.#case = name
    this.#cases++
  }

  check(index: number, expected: Readonly<Record<string, number>>, actual: ReturnType<TraceLimit['state']>): void {
    this.#checkpoints++
    for (const [name, value] of Object.entries(expected)) {
      if (Object.hasOwn(actual, name)) this.compare(index, name, value, actual[name])
      else this.ignored.add(name)
    }
  }

  compare(index: number, field: string, expected: number, actual: number | undefined): void {
    if (expected === actual) return
    this.#mismatched++
    if (this.#mismatches.length < mostMismatches)
      this.#mismatches.push({ case: this.#case, index, field, expected, actual })
  }

  result(): LimitTraceReplay {
    return {
      cases: this.#cases,
      samples: this.samples,
      checkpoints: this.#checkpoints,
      mismatched: this.#mismatched,
      mismatches: this.#mismatches,
      ignored: [...this.ignored],
    }
  }
}
