/** The same as the live picture for logs and pipes: one line a second, and the sentences whenever the load changes. */
import { narrate } from './narrate.ts'
import type { SideBoard } from './board.ts'
import { ms, percent } from './text.ts'
import type { Board } from './view.ts'

const widths = [8, 6, 9, 11, 8]

/** What heads the lines. */
export function plainHead(): string {
  const names = cells(['goodput', 'p99', 'refused', 'no answer', '<250ms'])
  const [left, right] = [`unprotected`.padStart(names.length), 'protected'.padStart(names.length)]
  const first = `${''.padEnd(22)} | ${left} | ${right}`
  return `${first}\nsecond   load  asked/s | ${names} | ${names}`
}

/** One line. */
export function plainLine(board: Board): string {
  const { atSeconds, times } = board
  const load = `${times.toFixed(1)}x`
  const asked = board.protected.now.offered.toFixed(0)
  const when = `${String(Math.floor(atSeconds)).padStart(6)} ${load.padStart(6)} ${asked.padStart(8)}`
  return `${when} | ${half(board.unprotected)} | ${half(board.protected)}`
}

/** The sentences of the moment. */
export function plainWords(board: Board): string {
  const { stretch, times } = board
  const scene = { stretch, times, unprotected: board.unprotected.now, protected: board.protected.now }
  return narrate(scene).join('\n')
}

function half({ now }: SideBoard): string {
  const [p99, share] = [ms(now.p99Ms), percent(now.answeredShare)].map((text) => text.replace(/ (ms|%)$/, ''))
  return cells([now.served.toFixed(0), p99 ?? '', now.refused.toFixed(0), now.unanswered.toFixed(0), `${share}%`])
}

function cells(texts: readonly string[]): string {
  return texts.map((text, index) => text.padStart(widths[index] ?? 0)).join('')
}
