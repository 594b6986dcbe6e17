/** Turns a Vega-Lite description into an SVG and a PNG file. */
import { Resvg } from '@resvg/resvg-js'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** Writes `name.svg` and `name.png` (two pixels per unit) into `directory`; returns the paths. */
export async function draw(spec: TopLevelSpec, directory: string, name: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true })
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  const png = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: true, sansSerifFamily: 'DejaVu Sans', defaultFontFamily: 'DejaVu Sans' },
  })
    .render()
    .asPng()
  const paths = [join(directory, `${name}.svg`), join(directory, `${name}.png`)]
  writeFileSync(paths[0] ?? '', svg)
  writeFileSync(paths[1] ?? '', png)
  return paths
}
