/** Pictures as Vega-Lite descriptions: panels of lines, steps, areas and bars in one look. */
import type { TopLevelSpec } from 'vega-lite'
import { coloursOf, type Look } from './palette.ts'
import { barLayers, curveLayers } from './marks.ts'
import type { Axis, Panel, Picture } from './panel.ts'
import { backdrop, foreground } from './notes.ts'
import { cardConfig } from './style.ts'

const innerWidth = 720
const betweenColumns = 56

/** The whole picture as a description for {@link toSvg}. */
export function pictureSpec({ title, subtitle, panels, columns = 1 }: Picture): TopLevelSpec {
  const looks = coloursOf(panels.flatMap(({ series }) => series))
  const width = columns === 1 ? innerWidth : (innerWidth - betweenColumns) / 2
  const charts = panels.map((panel, i) => {
    const goesOn = columns === 1 && sameAxis(panel, panels[i + 1])
    return chart(panel, { looks, width, named: unnamed(panels, i), goesOn })
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

/** Each series stands in the legend of the first panel that shows it; a panel of one series alone needs none. */
function unnamed(panels: readonly Panel[], index: number): string[] {
  const names = (shown: readonly Panel[]): string[] => shown.flatMap(({ series }) => series.map(({ name }) => name))
  const before = panels.slice(0, index).filter(({ series }) => series.length > 1)
  const own = panels.slice(index, index + 1).filter(({ series }) => series.length > 1)
  return names(own).filter((name) => !names(before).includes(name))
}

function sameAxis({ mark, x }: Panel, next: Panel | undefined): boolean {
  if (next === undefined || mark === 'bar' || next.mark === 'bar') return false
  return x.title === next.x.title && x.domain?.join() === next.x.domain?.join()
}

interface ChartInit {
  readonly looks: ReadonlyMap<string, Look>
  readonly width: number
  /** What its legend names. */
  readonly named: readonly string[]
  /** The next panel has the same x axis, and names it. */
  readonly goesOn: boolean
}

function chart(panel: Panel, { looks, width, named, goesOn }: ChartInit): object {
  const bars = panel.mark === 'bar' || panel.mark === 'stacked-bar'
  const own = panel.series.map(({ name }) => ({ name, look: looks.get(name) as Look }))
  const scale = (range: readonly unknown[]): object => ({ domain: own.map(({ name }) => name), range })
  const labelled = (panel.spans ?? []).some(({ label }) => label !== '')
  const perRow = width > 500 ? 6 : 3
  const legend =
    named.length === 0
      ? null
      : {
          title: null,
          orient: 'top',
          offset: labelled ? 20 : 6,
          symbolType: symbolOf(panel),
          columns: perRow,
          values: named,
        }
  const colour = {
    field: 'series',
    type: 'nominal',
    scale: scale(own.map(({ look }) => look.colour)),
    legend,
  }
  const dash = { ...colour, scale: scale(own.map(({ look }) => look.dash)) }
  const context = { colour, ...(own.some(({ look }) => look.dash.length > 0) ? { dash } : {}), width }
  return {
    title: { text: panel.title, fontSize: 13, offset: labelled && legend === null ? 20 : 8, fontWeight: 600 },
    width,
    height: panel.height ?? 150,
    layer: [
      ...backdrop(panel),
      ...(bars ? barLayers(panel, context) : curveLayers(panel, context)),
      ...foreground(panel),
    ],
    encoding: bars ? { y: yOf(panel.y) } : { x: xOf(panel.x, goesOn), y: yOf(panel.y) },
  }
}

function symbolOf({ mark }: Panel): string {
  return mark === 'line' || mark === 'step' ? 'stroke' : mark === 'dot' ? 'circle' : 'square'
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
