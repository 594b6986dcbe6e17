/** A benchmark's report: rows as they come, figures against targets at the end, all of it in a JSON file if wanted. */
import { writeFileSync } from 'node:fs'
import { fromCaller } from './caller.ts'
import { styleText } from 'node:util'
import { judge, showTarget } from './figure.ts'
import type { Figure, FigureInit } from './figure.ts'
import { readMachine } from './machine.ts'
import { createProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { showCell, showTable } from './table.ts'
import type { Row } from './table.ts'

/** What a benchmark writes to. */
export interface Report {
  readonly progress: Progress
  /** Adds a row to the table named `table`; tables are printed in order of first use. */
  row(table: string, cells: Row): void
  /** Adds a figure and judges it. */
  figure(init: FigureInit): Figure
  /** Prints everything, writes the file, and tells how many figures fall short. Never changes the exit code. */
  finish(options: { readonly jsonFile?: string | undefined }): { readonly missed: number }
}

/** Starts a report; the machine is read now. */
export function createReport(options: { readonly name: string }): Report {
  const machine = readMachine()
  const tables = new Map<string, Row[]>()
  const figures: Figure[] = []
  const progress = createProgress(options.name)
  return {
    progress,
    row(table, cells) {
      const rows = tables.get(table)
      if (rows === undefined) tables.set(table, [cells])
      else rows.push(cells)
    },
    figure(init) {
      const figure = judge(init)
      figures.push(figure)
      return figure
    },
    finish({ jsonFile }) {
      progress.clear()
      const rows = [...tables].flatMap(([table, cells]) => cells.map((row) => ({ table, ...row })))
      if (jsonFile !== undefined)
        writeFileSync(fromCaller(jsonFile), `${JSON.stringify({ figures, rows, machine }, null, 2)}\n`)
      for (const [table, cells] of tables) console.log(`\n${styleText('bold', table)}\n${showTable(cells)}`)
      console.log(`\n${styleText('bold', 'figures')}\n${showFigures(figures)}`)
      console.log(`\n${machine.node}, ${machine.cores} cores of ${machine.cpu}, load at start ${machine.loadAtStart}`)
      return { missed: figures.filter((figure) => !figure.met).length }
    },
  }
}

function showFigures(figures: readonly Figure[]): string {
  if (figures.length === 0) return 'none'
  return showTable(
    figures.map(({ figure, value, unit, target, met }) => ({
      figure,
      value: `${showCell(value)} ${unit}`,
      target: showTarget(target),
      met: met ? 'met' : 'SHORT',
    })),
  )
}
