/** Vega-Lite to SVG, in text that is the same whenever and wherever it is drawn. */
import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** Widths of letters in ems, of the usual sans serif fonts: without a canvas Vega takes all for as wide as an M. */
const widths: readonly (readonly [letters: RegExp, em: number])[] = [
  [/[fijlrtI.,:;|!'()[\] ]/, 0.33],
  [/[mwMW%@]/, 0.92],
  [/[A-Z<>=+]/, 0.7],
]
const otherwise = 0.59

/** How wide a text is, in ems. */
function ems(text: string): number {
  let sum = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    sum += widths.find(([letters]) => letters.test(letter))?.[1] ?? otherwise
  }
  return sum
}

interface Font {
  readonly fontSize?: number
  readonly fontWeight?: number | string
}

/** What Vega exports for this, and its types leave out. */
interface Measuring {
  readonly textMetrics: { width: (font: Font, text: unknown) => number }
}

const { textMetrics } = vega as unknown as Measuring
textMetrics.width = ({ fontSize = 11, fontWeight }, text) =>
  ems(String(text)) * fontSize * (fontWeight === 'bold' || fontWeight === 600 ? 1.07 : 1)

/** Draws it. Equal descriptions give equal texts, whatever was drawn before. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  vega.resetSVGDefIds()
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' })
  return compact(await view.toSVG())
}

/** What is said of each mark to screen readers, which read the alternative text instead, and what says nothing at all. */
const needless =
  /\s(?:class|role|aria-[a-z]+|pointer-events|opacity="1"|stroke-opacity="1"|xmlns:xlink)(?:="[^"]*")?(?=[\s/>])/g

/**
 * The same picture in a third of the letters: hundredths of a pixel, the font said once, no empty paths and groups.
 * What stands between tags stays as it is.
 */
export function compact(svg: string): string {
  const family = /\sfont-family="[^"]*"/.exec(svg)?.[0] ?? ''
  let short = svg
    .replaceAll(/<[^>]*>/g, (tag) =>
      tag
        .replaceAll(family === '' ? '\n' : family, '')
        .replaceAll(needless, '')
        .replaceAll(decimals, rounded),
    )
    .replaceAll(/<path d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, '')
    .replace('<svg', `<svg${family}`)
  for (let before = ''; before !== short;) {
    before = short
    short = short.replaceAll(/<g(?:\s[^>]*)?><\/g>/g, '')
  }
  return short
}

const decimals = /-?\d*\.\d{3,}(?:e-\d+)?/g

function rounded(number: string): string {
  return String(Math.round(Number(number) * 100) / 100)
}
