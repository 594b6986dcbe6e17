/** `pnpm bench:plots`: draws the pictures of the guide; the same pictures every time. */
import { Command } from 'commander'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pictureSpec, toPng, toSvg } from '../chart/index.ts'
import { createReport, fromCaller } from '../report/index.ts'
import type { Plot } from './plot.ts'
import { plots } from './plots.ts'

interface Flags {
  readonly only?: readonly string[]
  readonly png?: string
}

const program = new Command('bench:plots')

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(root, 'docs/guide/plots')

function parse(): Flags {
  const names = plots.map(({ name }) => `  ${name}`).join('\n')
  return program
    .description('Draws the pictures of the guide into docs/guide/plots, by experiments in virtual time.')
    .option('--only <names...>', 'only these plots, each the name of a page')
    .option('--png <folder>', 'write PNG files into this folder as well')
    .addHelpText('after', `\nPlots:\n${names}\n`)
    .parse()
    .opts<Flags>()
}

function chosen(only: readonly string[] | undefined): readonly Plot[] {
  const unknown = only?.find((name) => !plots.some((plot) => plot.name === name))
  if (unknown !== undefined) program.error(`bench:plots: there is no plot "${unknown}"; --help lists them`)
  return plots.filter(({ name }) => only?.includes(name) ?? true)
}

async function main(): Promise<void> {
  const flags = parse()
  const wanted = chosen(flags.only)
  const report = createReport({ name: 'bench:plots' })
  mkdirSync(folder, { recursive: true })
  for (const [i, plot] of wanted.entries()) {
    const { name } = plot
    report.progress.show(`${i + 1} of ${wanted.length}: ${name}`)
    const startedAt = performance.now()
    const svg = await toSvg(pictureSpec(await plot.make()))
    const file = join(folder, `${name}.svg`)
    writeFileSync(file, `${svg}\n`)
    if (flags.png !== undefined) writePng(fromCaller(flags.png), name, svg)
    const row = { plot: relative(root, file), kB: svg.length / 1000, seconds: (performance.now() - startedAt) / 1000 }
    report.row('plots', row)
  }
  report.finish({})
}

function writePng(into: string, name: string, svg: string): void {
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, `${name}.png`), toPng(svg))
}

await main()
