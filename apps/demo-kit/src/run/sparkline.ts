/** Bars out of block characters: small charts that any terminal can draw. */

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Spreads a series over some columns: the mean of what falls into each, `undefined` where nothing did yet. */
export function spread(series: readonly number[], total: number, columns: number): (number | undefined)[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * total) / columns)
    const to = Math.max(from + 1, Math.floor(((column + 1) * total) / columns))
    const part = series.slice(from, to)
    return part.length === 0 ? undefined : part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

/** A chart of so many rows, top first. What is known and zero is a thin line; what is not known yet is a dot. */
export function chart(values: readonly (number | undefined)[], max: number, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8
    return values.map((value) => mark(value, { max, rows, below })).join('')
  })
}

function mark(value: number | undefined, { max, rows, below }: { max: number; rows: number; below: number }): string {
  if (value === undefined) return below === 0 ? '·' : ' '
  const eighths = max > 0 ? Math.round((Math.min(value, max) / max) * rows * 8) : 0
  const level = Math.max(0, Math.min(8, eighths - below))
  return blocks[below === 0 ? Math.max(1, level) : level] ?? ' '
}

/** A bar of so many columns that is filled to a share of 0 to 1. */
export function bar(share: number, columns: number): string {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * columns)
  return '█'.repeat(filled) + '░'.repeat(columns - filled)
}
