/** Charts of the goodput bench: what is served, who is answered, and how late, over the offered load. */
import type { TopLevelSpec } from 'vega-lite'
import type { Summary } from '../goodput/summary.ts'
import { draw } from './draw.ts'
import { cardConfig, drawingOrder, lookOf } from './style.ts'

/** What is drawn of one scenario. */
export interface Drawable {
  readonly scenario: { readonly name: string; readonly about: string }
  readonly capacity: number
  readonly summaries: readonly Summary[]
}

/** One chart: which number, how its axis reads. */
interface Panel {
  readonly name: string
  readonly title: string
  readonly axis: string
  readonly value: (summary: Summary) => number
  /** Shares run from 0 to 1; latencies are drawn on a logarithmic axis. */
  readonly kind: 'share' | 'latency'
}

const panels: readonly Panel[] = [
  {
    name: 'goodput',
    title: 'Requests served in time',
    axis: 'share of capacity',
    value: ({ goodput }) => goodput,
    kind: 'share',
  },
  {
    name: 'answered',
    title: 'Clients answered (yes or no) within 250 ms',
    axis: 'share of offered',
    value: ({ answered }) => answered,
    kind: 'share',
  },
  {
    name: 'latency',
    title: 'p99 latency of served requests',
    axis: 'milliseconds',
    value: ({ servedP99 }) => servedP99,
    kind: 'latency',
  },
]

interface Point {
  readonly load: number
  readonly value: number | null
  readonly subject: string
}

function pointsOf(panel: Panel, { summaries }: Drawable): Point[] {
  return summaries.map((summary) => {
    const value = panel.value(summary)
    return { load: summary.load, value: Number.isFinite(value) ? value : null, subject: summary.subject }
  })
}

/** The chart without its surroundings, so that several can stand side by side. */
function lines(panel: Panel, drawable: Drawable, width: number): object {
  const subjects = drawingOrder([...new Set(drawable.summaries.map(({ subject }) => subject))])
  const looks = subjects.map(lookOf)
  const labels = looks.map(({ label }) => label)
  const loads = [...new Set(drawable.summaries.map(({ load }) => load))].sort((a, b) => a - b)
  // Drawn in this order: ours, first in the legend, come last and so lie on top.
  const points = pointsOf(panel, drawable).sort((a, b) => subjects.indexOf(b.subject) - subjects.indexOf(a.subject))
  const data = points.map((point) => ({ ...point, subject: labels[subjects.indexOf(point.subject)] ?? point.subject }))
  const scale = <T>(range: readonly T[]): object => ({ domain: labels, range })
  const legend = { title: null, symbolType: 'stroke', labelLimit: 400, orient: 'bottom', columns: 3, offset: 16 }
  const share = { scale: { domain: [0, 1.05] }, axis: { format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] } }
  const latency = {
    scale: { type: 'log', domain: [10, 600], clamp: true },
    axis: { values: [10, 25, 50, 100, 250, 500] },
  }
  return {
    title: { text: panel.title, fontSize: 13, offset: 10 },
    width,
    height: 260,
    data: { values: data },
    mark: { type: 'line', point: { filled: true, size: 30 } },
    encoding: {
      x: {
        field: 'load',
        type: 'quantitative',
        title: 'offered load, as a multiple of capacity',
        scale: { type: 'log', base: 2, domain: [loads[0] ?? 0.5, loads.at(-1) ?? 8], nice: false },
        axis: {
          values: loads.filter((load) => load !== 0.9 && load !== 1.2),
          labelExpr: "datum.value + 'x'",
          grid: false,
        },
      },
      y: { field: 'value', type: 'quantitative', title: panel.axis, ...(panel.kind === 'share' ? share : latency) },
      color: { field: 'subject', type: 'nominal', scale: scale(looks.map(({ colour }) => colour)), legend },
      strokeWidth: { field: 'subject', type: 'ordinal', scale: scale(looks.map(({ stroke }) => stroke)), legend },
      strokeDash: { field: 'subject', type: 'nominal', scale: scale(looks.map(({ dash }) => dash)), legend },
      order: { field: 'load', type: 'quantitative' },
    },
  }
}

function titleOf({ scenario, capacity }: Drawable): object {
  return {
    text: `Overload: ${scenario.about}`,
    subtitle: `capacity ${capacity.toFixed(0)} requests/s; client timeout 500 ms; open-loop load`,
  }
}

const schema = 'https://vega.github.io/schema/vega-lite/v6.json'

/** Two charts side by side tell the story: what is served, and who gets any answer at all. */
function card(drawable: Drawable): TopLevelSpec {
  const hconcat = panels.slice(0, 2).map((panel) => lines(panel, drawable, 400))
  return specOf({ title: titleOf(drawable), hconcat, spacing: 36 })
}

function specOf(body: object): TopLevelSpec {
  const spec: unknown = { $schema: schema, config: cardConfig, ...body }
  // Vega-Lite checks what it is given; its unions of unions are no help in building a description from parts.
  return spec as TopLevelSpec
}

/** Writes each chart of each scenario, and one card per scenario with the first two; returns the paths. */
export async function drawGoodput(drawables: readonly Drawable[], directory: string): Promise<string[]> {
  const paths: string[] = []
  for (const drawable of drawables) {
    const { name } = drawable.scenario
    paths.push(...(await draw(card(drawable), directory, `overload-${name}`)))
    for (const panel of panels) {
      paths.push(
        ...(await draw(
          specOf({ title: titleOf(drawable), hconcat: [lines(panel, drawable, 836)] }),
          directory,
          `${panel.name}-${name}`,
        )),
      )
    }
  }
  return paths
}
