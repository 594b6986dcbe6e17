/** How wide texts are, without a browser to ask. */

/** Widths of letters in ems, of the usual sans serif fonts. */
const widths: readonly (readonly [letters: RegExp, em: number])[] = [
  [/[fijlrtI.,:;|!'()[\] ]/, 0.33],
  [/[mwMW%@]/, 0.92],
  [/[A-Z<>=+]/, 0.7],
]
const otherwise = 0.59

/** Width in pixels, about. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let ems = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    ems += widths.find(([letters]) => letters.test(letter))?.[1] ?? otherwise
  }
  return ems * fontSize * (bold ? 1.07 : 1)
}

/** Breaks at spaces into lines of at most so many pixels; a longer word has a line of its own. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
