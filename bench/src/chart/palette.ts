/** Colours that are told apart on white, also by those who see fewer of them, and which series has which. */
import type { Series } from './panel.ts'

/** Named by what they stand for: ours stand out, what goes wrong is red, what is only compared with is grey. */
export const colour = {
  ours: '#0f766e',
  second: '#2563eb',
  third: '#d97706',
  fourth: '#7c3aed',
  fifth: '#be185d',
  sixth: '#65a30d',
  bad: '#dc2626',
  pale: '#94a3b8',
} as const

/** How a series is drawn. */
export interface Look {
  readonly colour: string
  readonly dash: readonly number[]
}

const palette = [colour.ours, colour.third, colour.second, colour.fifth, colour.fourth, colour.sixth]

/** One look for each name: the first series of that name decides. */
export function coloursOf(series: readonly Series[]): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>()
  let next = 0
  for (const { name, colour: own, dashed = false } of series) {
    if (looks.has(name)) continue
    looks.set(name, { colour: own ?? (palette[next++ % palette.length] as string), dash: dashed ? [5, 4] : [] })
  }
  return looks
}
