/** The live picture: both twins side by side. A pure function of what is known and of the size of the terminal. */
import type { createColors } from 'picocolors'
import type { DemoApp } from '../app.ts'
import type { SideBoard } from './board.ts'
import { narrate, type Scene } from './narrate.ts'
import type { Stretch } from './scenario.ts'
import { chart, spread } from './sparkline.ts'
import { fit, ms, percent, wrap } from './text.ts'

export type Colours = ReturnType<typeof createColors>
type Paint = (text: string) => string

/** Where the twins can be asked. */
export interface Urls {
  readonly unprotected: string
  readonly protected: string
}

/** Everything that a picture shows. */
export interface Board {
  readonly app: Pick<DemoApp, 'framework' | 'line'>
  readonly scenario: string
  readonly cores: string
  /** Requests per second that the shop can do. */
  readonly capacity: number
  readonly seconds: number
  readonly atSeconds: number
  readonly stretch: Stretch['name']
  readonly times: number
  readonly urls: Urls
  readonly unprotected: SideBoard
  readonly protected: SideBoard
}

export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly colours: Colours
}

/** Lines of the picture without the charts and the sentences. */
const fixedRows = 17

const words: Readonly<Record<string, string>> = {
  'queue-full': 'queue full',
  'queue-timeout': 'waited too long',
  pressure: 'memory',
  deadline: 'too late anyway',
  cancelled: 'left',
}

/** Draws the picture; never wider nor higher than the terminal. */
export function view(board: Board, frame: Frame): string[] {
  const { colours } = frame
  const width = Math.min(frame.columns - 1, 120)
  const half = Math.floor((width - 3) / 2)
  const said = narrate(sceneOf(board)).flatMap((sentence) => wrap(sentence, width - 1))
  const height = Math.max(1, Math.min(6, frame.rows - fixedRows - Math.max(4, said.length)))
  const left = column('unprotected', board, { half, height, colours })
  const right = column('protected', board, { half, height, colours })
  const middle = colours.dim('│')
  return [
    ...head(board, width, colours),
    ...left.map((line, index) => ` ${line}${middle} ${right[index] ?? ''}`),
    '',
    ...said.map((line) => ` ${line}`),
    '',
    colours.dim(fit(` Clients wait 0.5 s. ${board.cores} Ctrl-C ends it.`, width)),
  ].slice(0, frame.rows)
}

function sceneOf(board: Board): Scene {
  const { stretch, times } = board
  return { stretch, times, unprotected: board.unprotected.now, protected: board.protected.now }
}

function head(board: Board, width: number, colours: Colours): string[] {
  const { scenario, stretch, times, atSeconds, seconds, capacity } = board
  const offered = board.protected.slices.map((slice) => (slice.offered * 1000) / slice.lengthMs)
  const line = spread(offered, seconds * 4, Math.max(10, width - 52))
  const [asked = ''] = chart(line, Math.max(capacity, ...offered), 1)
  const title = `Spillway: one ${board.app.framework} shop twice, same load`
  const right = `${scenario} · ${stretch} · ${atSeconds.toFixed(0)} of ${seconds} s`
  const room = Math.max(0, width - 1 - title.length)
  const rate = `${board.protected.now.offered.toFixed(0)}/s = ${times.toFixed(1)}x of ${capacity.toFixed(0)}/s it can do`
  return [
    ` ${colours.bold(title.slice(0, width - 1))}${right.slice(0, room).padStart(room)}`,
    fit(` asked for  ${asked}  ${rate}`, width),
    '',
  ]
}

interface ColumnFrame {
  readonly half: number
  readonly height: number
  readonly colours: Colours
}

function column(side: 'unprotected' | 'protected', board: Board, { half, height, colours }: ColumnFrame): string[] {
  const isProtected = side === 'protected'
  const cell = (text: string, paint: Paint = String): string => paint(fit(text, half))
  const goodput = (slices: SideBoard['slices']): number[] =>
    slices.map(({ served, lengthMs }) => (served * 1000) / lengthMs)
  const max = Math.max(board.capacity, ...smooth(goodput(board.protected.slices)))
  const bars = chart(spread(goodput(board[side].slices), board.seconds * 4, half - 1), max, height)
  const line = isProtected ? board.app.line : 'without that line'
  return [
    cell(isProtected ? 'PROTECTED' : 'UNPROTECTED', (text) =>
      colours.bold(isProtected ? colours.green(text) : colours.red(text)),
    ),
    cell(line, isProtected ? colours.cyan : colours.dim),
    cell(board.urls[side], colours.dim),
    ...bars.map((text) => cell(text, isProtected ? colours.green : colours.red)),
    ...figures(board[side], colours).map(({ name, value, paint }) => cell(row(name, value), paint)),
  ]
}

/** Means over a second, so that one lucky quarter does not set the scale. */
function smooth(values: readonly number[]): number[] {
  return values.map((_, index) => {
    const part = values.slice(Math.max(0, index - 3), index + 1)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

interface Figure {
  readonly name: string
  readonly value: string
  readonly paint: Paint
}

function row(name: string, value: string): string {
  return name === '' ? value : `${name.padEnd(19)}${value}`
}

function figures({ now, report, reasons }: SideBoard, colours: Colours): Figure[] {
  const { control } = report
  const good = now.answeredShare >= 0.9 ? colours.green : colours.red
  const by = Object.entries(reasons).map(([reason, count]) => `${words[reason] ?? reason} ${count}`)
  const limit = control === undefined ? '' : `, limit ${control.limit.toFixed(0)}`
  const waiting = control === undefined ? 'out of sight' : `${control.waiting}, oldest ${ms(control.oldestMs)}`
  const lost = now.unanswered >= 0.5 ? colours.red : String
  return [
    { name: 'goodput', value: `${now.served.toFixed(0)}/s`, paint: colours.bold },
    { name: 'answered in 250 ms', value: percent(now.answeredShare), paint: good },
    { name: 'p99 of the served', value: ms(now.p99Ms), paint: String },
    { name: 'unanswered', value: `${now.unanswered.toFixed(0)}/s`, paint: lost },
    { name: 'refused', value: `${now.refused.toFixed(0)}/s`, paint: String },
    { name: '', value: by.length > 0 ? `  ${by.join(', ')}` : '', paint: colours.dim },
    { name: 'in flight', value: `${report.inflight}${limit}`, paint: String },
    { name: 'waiting', value: waiting, paint: String },
  ]
}
