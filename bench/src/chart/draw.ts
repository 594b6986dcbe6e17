/** Turns a Vega-Lite description into an SVG and a PNG file. */
import { Resvg } from '@resvg/resvg-js'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import { toSvg } from './render.ts'

/** Writes `name.svg` and `name.png` (two pixels per unit) into `directory`; returns the paths. */
export async function draw(spec: TopLevelSpec, directory: string, name: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true })
  const svg = await toSvg(spec)
  const paths = [join(directory, `${name}.svg`), join(directory, `${name}.png`)]
  writeFileSync(paths[0] ?? '', svg)
  writeFileSync(paths[1] ?? '', toPng(svg))
  return paths
}

/** Paints it, two pixels per unit. */
export function toPng(svg: string): Buffer {
  return new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: true, sansSerifFamily: 'DejaVu Sans', defaultFontFamily: 'DejaVu Sans' },
  })
    .render()
    .asPng()
}
