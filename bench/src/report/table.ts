/** Plain-text tables: aligned, no frames, so that they can be pasted anywhere. */

/** What a cell may hold; `null` prints as a dash. */
export type Cell = string | number | boolean | null

/** A row by column name. */
export type Row = Readonly<Record<string, Cell>>

/** Numbers with three significant digits from 0.001 to 100, whole above. */
export function showCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '-'
  if (typeof cell !== 'number') return String(cell)
  if (Number.isInteger(cell) || !Number.isFinite(cell)) return String(cell)
  const size = Math.abs(cell)
  if (size >= 100) return String(Math.round(cell))
  return size < 0.001 ? cell.toExponential(1) : String(Number(cell.toPrecision(3)))
}

/** One line per row under a line of column names; numbers to the right, words to the left. */
export function showTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const text = rows.map((row) => columns.map((column) => showCell(row[column])))
  const widths = columns.map((column, i) => Math.max(column.length, ...text.map((cells) => cells[i]?.length ?? 0)))
  const right = columns.map((column) => rows.every((row) => typeof row[column] !== 'string'))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...text.map(line)].join('\n')
}
