/** What stands behind and over the series of a panel: stretches that were different, and values to compare with. */
import type { Panel, Rule } from './panel.ts'

const note = '#4b5563'

/** Shaded stretches, with their names over the chart, where no series comes. */
export function backdrop({ spans = [] }: Panel): object[] {
  return spans.flatMap(({ from, to, label }) => [
    {
      data: { values: [{ from, to }] },
      mark: { type: 'rect', color: '#f1f5f9', stroke: '#ffffff', strokeWidth: 2 },
      encoding: { x: { field: 'from' }, x2: { field: 'to' }, y: { value: 0 }, y2: { value: 'height' } },
    },
    {
      data: { values: [{ from, label }] },
      mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 2, dy: -4, fontSize: 11, color: note },
      encoding: { x: { field: 'from' }, y: { value: 0 }, text: { field: 'label' } },
    },
  ])
}

/** Dashed lines, with what they stand for at the right end or at the top. */
export function foreground({ rules = [] }: Panel): object[] {
  return rules.flatMap(layersOf)
}

function layersOf({ at, label, axis = 'y', side = 'right' }: Rule): object[] {
  const data = { values: [{ at, label }] }
  const horizontal = axis === 'y'
  const where = horizontal
    ? { y: { field: 'at' }, x: { value: side === 'right' ? 'width' : 0 } }
    : { x: { field: 'at' }, y: { value: 0 } }
  const line = horizontal
    ? { y: { field: 'at' }, x: { value: 0 }, x2: { value: 'width' } }
    : { x: { field: 'at' }, y: { value: 0 }, y2: { value: 'height' } }
  const text = horizontal
    ? { align: side, baseline: 'bottom', dx: side === 'right' ? -4 : 4, dy: -3 }
    : { align: 'left', baseline: 'top', dx: 5, dy: 4 }
  const words = { ...where, text: { field: 'label' } }
  return [
    { data, mark: { type: 'rule', strokeDash: [4, 3], color: note, strokeWidth: 1.25 }, encoding: line },
    // A white edge, so that it can be read where it crosses a series.
    { data, mark: { type: 'text', ...text, fontSize: 11, stroke: '#ffffff', strokeWidth: 3 }, encoding: words },
    { data, mark: { type: 'text', ...text, fontSize: 11, color: note }, encoding: words },
  ]
}
