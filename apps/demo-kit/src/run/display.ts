/** Where the picture goes: a terminal that is redrawn, or lines one after the other. */
import pc from 'picocolors'
import { plainHead, plainLine, plainWords } from './plain.ts'
import { bar } from './sparkline.ts'
import { type Board, type Urls, view } from './view.ts'

export interface Display {
  /** The shops run: where. */
  opened(urls: Urls): void
  /** Something that takes a while: what, and how far it is, 0 to 1. */
  progress(what: string, done: number): void
  /** Called four times a second. */
  show(board: Board): void
  /** Gives the terminal back as it was, with the last picture left standing. Harmless when repeated. */
  close(): void
}

/** Standard output: without a terminal it has no size. */
interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

const leastColumns = 72
const leastRows = 23

/** A live picture where there is a terminal that is large enough for it. */
export function openDisplay(output: Output, plain: boolean): Display {
  const { isTTY, columns = 80, rows = 24 } = output
  const able = isTTY === true && process.env['TERM'] !== 'dumb' && columns >= leastColumns && rows >= leastRows
  return able && !plain ? new Screen(output) : new Lines(output)
}

/** Redraws an alternate screen, so that what stood in the terminal comes back. */
class Screen implements Display {
  readonly #output: Output
  #open = false
  #last: readonly string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  progress(what: string, done: number): void {
    this.#draw(['', ` ${pc.bold('Spillway')}`, '', ` ${what}`, ` ${bar(done, 40)}`, '', pc.dim(' Ctrl-C ends it.')])
  }

  opened(): void {}

  show(board: Board): void {
    const { columns = 80, rows = 24 } = this.#output
    this.#last = view(board, { columns, rows, colours: pc })
    this.#draw(this.#last)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#output.write('\x1B[?1049l\x1B[?25h')
    if (this.#last.length > 0) this.#output.write(`${this.#last.slice(0, -1).join('\n')}\n`)
  }

  #draw(lines: readonly string[]): void {
    const enter = this.#open ? '' : '\x1B[?1049h\x1B[?25l'
    this.#open = true
    this.#output.write(`${enter}\x1B[H${lines.map((line) => `${line}\x1B[K`).join('\n')}\x1B[J`)
  }
}

/** One line a second, without any control characters. */
class Lines implements Display {
  readonly #output: Output
  #second = 0
  #told = ''
  #stretch = ''

  constructor(output: Output) {
    this.#output = output
  }

  progress(what: string, done: number): void {
    const quarters = Math.floor(done * 4)
    const told = quarters === 0 ? what : `${what} ${quarters * 25} %`
    if (told !== this.#told) this.#write(told)
    this.#told = told
  }

  opened(urls: Urls): void {
    this.#write(`Unprotected: ${urls.unprotected}\nProtected:   ${urls.protected}`)
  }

  show(board: Board): void {
    const second = Math.floor(board.atSeconds)
    if (second === this.#second) return
    if (this.#second === 0) this.#write(`\n${plainHead()}`)
    this.#second = second
    this.#write(plainLine(board))
    // A second after the load has changed, the last second tells of the new one.
    if (board.stretch !== this.#stretch && this.#stretch !== '') this.#told = board.stretch
    else if (this.#told === board.stretch) this.#say(board)
    this.#stretch = board.stretch
  }

  close(): void {}

  #say(board: Board): void {
    this.#told = ''
    this.#write(plainWords(board).replace(/^/gm, '       > '))
  }

  #write(text: string): void {
    this.#output.write(`${text}\n`)
  }
}
