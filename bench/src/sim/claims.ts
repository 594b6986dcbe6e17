/** What the project promises of its default, checked against the simulated results. */
import type { FigureInit } from '../report/index.ts'
import { competes, theDefault } from './subjects/index.ts'
import { standings, type Summary } from './summary.ts'

interface Claim {
  readonly scenario: string
  readonly score: string
  readonly atLeast: number
}

const promised: readonly Claim[] = [
  { scenario: 'load x0.9', score: 'goodput', atLeast: 0.995 },
  { scenario: 'load x2', score: 'goodput', atLeast: 0.95 },
  { scenario: 'load x4', score: 'goodput', atLeast: 0.9 },
  { scenario: 'load x4', score: 'important', atLeast: 0.97 },
  { scenario: 'downstream x8 slower', score: 'goodput in the event', atLeast: 0.94 },
  { scenario: 'sustained x2', score: 'worst 10 s', atLeast: 0.9 },
  { scenario: 'one at 10x, fresh', score: 'Jain', atLeast: 0.98 },
  { scenario: 'one at 10x, fresh', score: 'served to the nine', atLeast: 0.99 },
  { scenario: 'one at 10x, kept-alive', score: 'Jain', atLeast: 0.98 },
  { scenario: 'one at 10x, kept-alive', score: 'served to the nine', atLeast: 0.99 },
]

/** The figures that these summaries can tell. */
export function claims(summaries: readonly Summary[]): FigureInit[] {
  const of = (scenario: string): Summary | undefined =>
    summaries.find((summary) => summary.scenario === scenario && summary.subject === theDefault)
  const figures: FigureInit[] = promised.flatMap(({ scenario, score, atLeast }) => {
    const value = of(scenario)?.scores.get(score)?.mean
    return value === undefined ? [] : [{ figure: `${scenario}: ${score}`, value, unit: 'ratio', target: { atLeast } }]
  })
  for (const event of ['spike x4', 'processor x3 slower', 'downstream x8 slower']) {
    const value = of(event)?.details.get('recovery')?.mean
    if (value !== undefined) figures.push({ figure: `${event}: recovery`, value, unit: 'ms', target: { atMost: 500 } })
  }
  for (const kind of ['fresh', 'kept-alive']) {
    const value = of(`three tries at 1.5x, a budget, ${kind}`)?.details.get('amplification')?.mean
    const figure = `retry storm with a budget, ${kind}: tries per request`
    if (value !== undefined) figures.push({ figure, value, unit: 'ratio', target: { atMost: 1.2 } })
  }
  const rows = standings(summaries, theDefault, competes)
  if (rows.length === 0) return figures
  const within = rows.filter(({ ratio }) => ratio >= 0.98).length
  figures.push({
    figure: `rows in which the default is best or within 2 % of it, of ${rows.length}`,
    value: within / rows.length,
    unit: 'ratio',
    target: { atLeast: 1 },
  })
  return figures
}
