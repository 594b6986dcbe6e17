/** What stands over a chart: its title, its legend, the names of its spans, each where the neighbours have theirs. */
import { textWidth } from './letters.ts'
import type { Panel } from './panel.ts'

const titleSize = 13
const legendSize = 12
const rowHeight = 20
const spanHeight = 16

/** What a panel has over it. */
export interface Head {
  /** Series that its legend names; none without a legend. */
  readonly named: readonly string[]
  /** How many of them stand in a row. */
  readonly perRow: number
  /** Height of the legend and of the names of spans. */
  readonly below: number
  /** Height of all, which those of one row agree on. */
  readonly room: number
}

/** The heads of all panels. */
export function headsOf(panels: readonly Panel[], width: number): Head[] {
  const legends = legendsOf(panels)
  return panels.map((panel, i) => {
    const named = legends[i] ?? []
    const widest = Math.max(0, ...named.map((name) => textWidth(name, legendSize)))
    const fitting = Math.max(1, Math.floor((width + 40) / (widest + 36)))
    // As many in each row: six in two rows are three and three.
    const rows = Math.max(1, Math.ceil(named.length / fitting))
    const perRow = Math.max(1, Math.ceil(named.length / rows))
    const spans = (panel.spans ?? []).some(({ label }) => label !== '') ? spanHeight : 0
    const below = Math.ceil(named.length / perRow) * rowHeight + spans
    return { named, perRow, below, room: below + 24 }
  })
}

/**
 * Which series each legend names: what the reader of the panel before has not been told. A legend is whole, but for what is only there to
 * be compared with; a panel of one series alone needs none.
 */
function legendsOf(panels: readonly Panel[]): (readonly string[])[] {
  let told: readonly string[] = []
  return panels.map(({ series }) => {
    const own = series.map(({ name }) => name)
    const untold = series.filter(({ name }) => !told.includes(name))
    const whole = untold.some(({ dashed }) => dashed !== true)
    const named = series.length < 2 || untold.length === 0 ? [] : whole ? own : untold.map(({ name }) => name)
    told = own.filter((name) => told.includes(name) || named.includes(name))
    return named
  })
}

/** The title as a mark, because Vega would put it wherever the legend ends. */
export function headline({ title }: Panel, { room }: Head): object {
  return {
    data: { values: [{}] },
    mark: {
      type: 'text',
      text: title,
      align: 'left',
      baseline: 'top',
      fontSize: titleSize,
      fontWeight: 600,
      color: '#1f2937',
      dx: -62,
    },
    encoding: { x: { value: 0 }, y: { value: -room } },
  }
}

/** The legend between title and chart. */
export function legendOf({ mark }: Panel, { named, perRow, below }: Head): object | null {
  if (named.length === 0) return null
  const symbolType = mark === 'line' || mark === 'step' ? 'stroke' : mark === 'dot' ? 'circle' : 'square'
  const layout = { orient: 'none', legendX: 0, legendY: -below, columns: perRow, padding: 0, columnPadding: 14 }
  return { title: null, symbolType, values: named, ...layout }
}
