/** The series of a panel as layers: curves over a number, or bars over names. */
import { wrap } from './letters.ts'
import type { Panel, Point } from './panel.ts'

/** How the series are told apart, as encodings. */
export interface MarkContext {
  readonly colour: object
  readonly dash?: object
  readonly width: number
}

interface Row {
  readonly series: string
  readonly x: number | string
  readonly y: number | null
  /** Which series from below it is, in a stack. */
  readonly rank?: number
}

function rowsOf(panel: Panel): Row[] {
  const stacked = panel.mark.startsWith('stack')
  return panel.series.flatMap(({ name, points }, rank) =>
    (panel.mark === 'step' ? corners(points) : points).map(([x, y]) => ({
      series: name,
      x: tidy(x),
      y: tidy(y),
      ...(stacked ? { rank } : {}),
    })),
  )
}

/** Of points between which the value stays the same, the first and the last of all. */
function corners(points: readonly Point[]): readonly Point[] {
  return points.filter(([, y], i) => i === 0 || i === points.length - 1 || y !== points[i - 1]?.[1])
}

/** Six digits are more than a picture shows, and hide the last bits in which processors differ. */
function tidy<T extends Point[0] | Point[1]>(value: T): T {
  return (typeof value === 'number' ? Number(value.toPrecision(6)) : value) as T
}

const marks = {
  line: { type: 'line', strokeWidth: 2.25, strokeJoin: 'round' },
  step: { type: 'line', strokeWidth: 2.25, interpolate: 'step-after' },
  stack: { type: 'area', fillOpacity: 0.85 },
  dot: { type: 'circle', size: 14, opacity: 0.55 },
} as const

/** Lines, steps, areas or dots over a number. */
export function curveLayers(panel: Panel, { colour, dash }: MarkContext): object[] {
  const mark = marks[panel.mark as keyof typeof marks]
  const stacked = panel.mark === 'stack'
  return [
    {
      data: { values: rowsOf(panel) },
      mark: { ...mark, clip: true },
      encoding: {
        x: { field: 'x' },
        y: { field: 'y', stack: stacked ? 'zero' : null },
        color: colour,
        ...(dash === undefined ? {} : { strokeDash: dash }),
        ...(stacked ? { order: { field: 'rank', type: 'quantitative' } } : {}),
      },
    },
  ]
}

/** Bars over names, beside or on top of each other. */
export function barLayers(panel: Panel, { colour, width }: MarkContext): object[] {
  const stacked = panel.mark === 'stacked-bar'
  const rows = rowsOf(panel).map((row) => ({ ...row, label: labelOf(panel, row.y) }))
  const names = [...new Set(rows.map(({ x }) => x))]
  const x = {
    field: 'x',
    type: 'nominal',
    sort: null,
    title: panel.x.title === '' ? null : panel.x.title,
    axis: {
      labelAngle: 0,
      labelLimit: 0,
      ticks: false,
      labelPadding: 8,
      labelExpr: wrapping(names, (width / names.length) * 0.95),
    },
    scale: { paddingInner: 0.25, paddingOuter: 0.15 },
  }
  const beside = { field: 'series', type: 'nominal', sort: null, scale: { paddingInner: 0.06 } }
  const grouped = !stacked && panel.series.length > 1
  const shared = { x, y: { field: 'y', stack: stacked ? 'zero' : null }, ...(grouped ? { xOffset: beside } : {}) }
  const data = { values: rows }
  return [
    { data, mark: { type: 'bar', clip: true }, encoding: { ...shared, color: colour } },
    ...(panel.values === true && !stacked
      ? [{ data, mark: { type: 'text', dy: -7, fontSize: 11 }, encoding: { ...shared, text: { field: 'label' } } }]
      : []),
  ]
}

function labelOf({ y }: Panel, value: number | null): string {
  if (value === null) return ''
  if (y.kind === 'share') return `${Number((value * 100).toPrecision(2))} %`
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))
}

/** Names of several words in lines that fit below their bar. */
function wrapping(names: readonly (number | string)[], width: number): string {
  const lines = Object.fromEntries(names.map((name) => [String(name), wrap(String(name), width, 12)]))
  return `(${JSON.stringify(lines)})[datum.label]`
}
