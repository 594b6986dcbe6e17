/** Vega-Lite to SVG, in text that is the same whenever and wherever it is drawn. */
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { compact } from './compact.ts'
import { textWidth } from './letters.ts'

interface Font {
  readonly fontSize?: number
  readonly fontWeight?: number | string
}

/** What Vega exports for this, and its types leave out. */
interface Measuring {
  readonly textMetrics: { width: (font: Font, text: unknown) => number }
}

const { textMetrics } = vega as unknown as Measuring
// Without a canvas Vega takes all letters for as wide as an M.
textMetrics.width = ({ fontSize = 11, fontWeight }, text) =>
  textWidth(String(text), fontSize, fontWeight === 'bold' || fontWeight === 600)

/** Draws it. Equal descriptions give equal texts, whatever was drawn before. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' })
  return compact(await view.toSVG())
}
