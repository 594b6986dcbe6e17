/** Pictures as Vega-Lite descriptions: panels of lines, steps, areas and bars in one look. */
import type { TopLevelSpec } from 'vega-lite'
import { coloursOf, type Look } from './palette.ts'
import { barLayers, curveLayers } from './marks.ts'
import { headline, headsOf, legendOf, type Head } from './head.ts'
import type { Axis, Panel, Picture } from './panel.ts'
import { backdrop, foreground } from './notes.ts'
import { cardConfig } from './style.ts'

const innerWidth = 720
const betweenColumns = 56

/** The whole picture as a description for {@link toSvg}. */
export function pictureSpec({ title, subtitle, panels, columns = 1 }: Picture): TopLevelSpec {
  const looks = coloursOf(panels.flatMap(({ series }) => series))
  const width = columns === 1 ? innerWidth : (innerWidth - betweenColumns) / 2
  const heads = headsOf(panels, width)
  const charts = panels.map((panel, i) => {
    const rowStart = i - (i % columns)
    const room = Math.max(...heads.slice(rowStart, rowStart + columns).map((head) => head.room))
    const goesOn = sameAxis(panel, panels[i + columns])
    return chart(panel, { looks, width, head: { ...(heads[i] as Head), room }, goesOn })
  })
  const spec: unknown = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: { ...cardConfig, aria: false },
    title: { text: title, subtitle, subtitlePadding: 6 },
    concat: charts,
    columns,
    spacing: { row: 22, column: 24 },
    resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
  }
  return spec as TopLevelSpec
}

function sameAxis({ mark, x }: Panel, next: Panel | undefined): boolean {
  if (next === undefined || mark === 'bar' || next.mark === 'bar') return false
  return x.title === next.x.title && x.domain?.join() === next.x.domain?.join()
}

interface ChartInit {
  readonly looks: ReadonlyMap<string, Look>
  readonly width: number
  readonly head: Head
  /** The next panel has the same x axis, and names it. */
  readonly goesOn: boolean
}

function chart(panel: Panel, { looks, width, head, goesOn }: ChartInit): object {
  const bars = panel.mark === 'bar' || panel.mark === 'stacked-bar'
  const own = panel.series.map(({ name }) => ({ name, look: looks.get(name) as Look }))
  const scale = (range: readonly unknown[]): object => ({ domain: own.map(({ name }) => name), range })
  const colour = {
    field: 'series',
    type: 'nominal',
    scale: scale(own.map(({ look }) => look.colour)),
    legend: legendOf(panel, head),
  }
  const dash = { ...colour, scale: scale(own.map(({ look }) => look.dash)) }
  const context = { colour, ...(own.some(({ look }) => look.dash.length > 0) ? { dash } : {}), width }
  return {
    width,
    height: panel.height ?? 150,
    layer: [
      headline(panel, head),
      ...backdrop(panel),
      ...(bars ? barLayers(panel, context) : curveLayers(panel, context)),
      ...foreground(panel),
    ],
    encoding: bars ? { y: yOf(panel.y) } : { x: xOf(panel.x, goesOn), y: yOf(panel.y) },
  }
}

function xOf(axis: Axis, goesOn: boolean): object {
  const title = goesOn ? null : axis.title
  return { type: 'quantitative', ...scaleOf(axis, false), title, axis: { ...ticks(axis), grid: false } }
}

function yOf(axis: Axis): object {
  // So that the panels below each other begin at the same x, however long the numbers of their axes are.
  return { type: 'quantitative', ...scaleOf(axis, true), title: axis.title, axis: { ...ticks(axis), minExtent: 40 } }
}

function ticks({ kind, values }: Axis): object {
  return { ...(kind === 'share' ? { format: '.0%' } : {}), ...(values === undefined ? { tickCount: 5 } : { values }) }
}

function scaleOf({ kind, domain }: Axis, vertical: boolean): object {
  const bounds = domain ?? (kind === 'share' && vertical ? [0, 1.05] : undefined)
  return {
    scale: {
      nice: vertical && bounds === undefined,
      ...(kind === 'log' ? { type: 'log' } : {}),
      ...(bounds === undefined ? {} : { domain: bounds }),
    },
  }
}
