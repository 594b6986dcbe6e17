/** Instants of keys beyond counting, in fixed memory: never too early, now and then too late. */

const rows = 4
/** Cells per row for each key of the table beside it. */
const cellsPerKey = 1 / 4

/**
 * A count-min sketch of maxima (Cormode and Muthukrishnan, 2005; conservative update: Estan and Varghese, 2002). A key has one cell
 * per row; writing lifts those below its instant, reading takes the lowest. So what is read is never before what was
 * written: a collision can limit somebody too early, but nobody is forgotten.
 */
export class TimeSketch {
  readonly #cells: Float64Array
  readonly #width: number
  #latest = -Infinity

  /** Sized for the overflow of a table of `maxKeys`: 8 bytes per key, between 32 KiB and 32 MiB. */
  constructor(maxKeys: number) {
    let width = 1024
    while (width < 2 ** 20 && width < maxKeys * cellsPerKey) width *= 2
    this.#width = width
    this.#cells = new Float64Array(rows * width).fill(-Infinity)
  }

  /** Memory of all cells. */
  get bytes(): number {
    return this.#cells.byteLength
  }

  /** The latest instant ever written: once it has passed, nothing here matters any more. */
  get latest(): number {
    return this.#latest
  }

  /** At least the instant that was written for this fingerprint; -Infinity if certainly none. */
  estimate(hi: number, lo: number): number {
    let lowest = Infinity
    for (let row = 0; row < rows; row++) lowest = Math.min(lowest, this.#cells[this.#cell(row, hi, lo)] as number)
    return lowest
  }

  /** Makes the estimate of this fingerprint at least `time`. */
  raise(hi: number, lo: number, time: number): void {
    if (time > this.#latest) this.#latest = time
    for (let row = 0; row < rows; row++) {
      const cell = this.#cell(row, hi, lo)
      if (time > (this.#cells[cell] as number)) this.#cells[cell] = time
    }
  }

  /** Replaces every instant. `change` must keep their order. */
  map(change: (time: number) => number): void {
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i] = change(this.#cells[i] as number)
    this.#latest = change(this.#latest)
  }

  #cell(row: number, hi: number, lo: number): number {
    // Double hashing: two independent words make as many rows as wanted (Kirsch and Mitzenmacher, 2006).
    return row * this.#width + ((lo + Math.imul(row, hi | 1)) & (this.#width - 1))
  }
}
