/** What a picture is made of, without a word about how it is drawn. */

/** One point of a series: x is a number, or the name of a category; a y of `null` is a gap. */
export type Point = readonly [x: number | string, y: number | null]

/** What is drawn in one colour. */
export interface Series {
  readonly name: string
  readonly points: readonly Point[]
  /** Default: the next colour of the palette. Series of one name have one colour in all panels. */
  readonly colour?: string
  /** Dashed, for what is only there to be compared with. Default: solid. */
  readonly dashed?: boolean
}

/** How an axis reads. */
export interface Axis {
  /** What is measured, and its unit. */
  readonly title: string
  readonly kind?: 'linear' | 'log' | 'share'
  readonly domain?: readonly [number, number]
  /** Where ticks stand; default: where they fit. */
  readonly values?: readonly number[]
}

/** A value that series are compared with: a dashed line, and what it is. */
export interface Rule {
  readonly at: number
  readonly label: string
  /** `y` (default): a line from left to right. */
  readonly axis?: 'x' | 'y'
  /** Where the label of a line from left to right stands. Default `right`. */
  readonly side?: 'left' | 'right'
}

/** A stretch of x in which something was different. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly label: string
}

/** How series become marks. `stack` and `stacked-bar` put them on top of each other, `bar` beside each other. */
export type Mark = 'line' | 'step' | 'stack' | 'bar' | 'stacked-bar' | 'dot'

/** One chart of a picture. */
export interface Panel {
  /** What is to be seen in it. */
  readonly title: string
  readonly mark: Mark
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  readonly rules?: readonly Rule[]
  readonly spans?: readonly Span[]
  /** Of the drawing area; default 150. */
  readonly height?: number
  /** Writes its value at each bar. Default false. */
  readonly values?: boolean
}

/** What is drawn: panels below each other, or two by two. */
export interface Picture {
  /** What is to be seen. */
  readonly title: string
  /** The experiment, in one line. */
  readonly subtitle: string
  readonly panels: readonly Panel[]
  /** Default 1. */
  readonly columns?: 1 | 2
}
