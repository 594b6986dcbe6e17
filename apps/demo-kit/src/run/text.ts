/** Numbers and lines for people. */

/** Who waited for no answer is shown as a dash. */
export function ms(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(0)} ms`
}

/** Never rounds up to 100 %, nor down to 0 %. */
export function percent(share: number): string {
  const exact = share * 100
  if (exact > 99 && exact < 100) return `${(Math.floor(exact * 10) / 10).toFixed(1)} %`
  return exact > 0 && exact < 1 ? '< 1 %' : `${exact.toFixed(0)} %`
}

/** Breaks a sentence into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** Exactly `width` columns: cut, or filled with blanks. */
export function fit(text: string, width: number): string {
  return text.length > width ? text.slice(0, Math.max(0, width - 1)) + '…' : text.padEnd(width)
}
