/** One look for all charts: a white card that is legible on light and on dark pages. */
import type { Config } from 'vega-lite'

const ink = '#1f2937'
const faint = '#6b7280'
const font = 'system-ui, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif'

export const cardConfig: Config = {
  background: '#ffffff',
  padding: 20,
  font,
  view: { stroke: null },
  axis: {
    labelColor: faint,
    titleColor: ink,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 10,
    gridColor: '#e5e7eb',
    domainColor: '#9ca3af',
    tickColor: '#9ca3af',
  },
  title: {
    color: ink,
    fontSize: 15,
    fontWeight: 'bold',
    anchor: 'start',
    subtitleColor: faint,
    subtitleFontSize: 12,
    offset: 14,
  },
  legend: {
    labelColor: ink,
    labelFontSize: 12,
    symbolStrokeWidth: 3,
    symbolSize: 180,
    orient: 'right',
    title: null,
    rowPadding: 5,
    labelLimit: 400,
  },
}

/** Ours stand out; nothing at all is red; the peers stay in the background, apart by hue. */
const colours: Readonly<Record<string, string>> = {
  spillway: '#0f766e',
  'spillway-front': '#2563eb',
  none: '#dc2626',
  'erl-right': '#d97706',
  'erl-8x': '#fbbf24',
  'overload-protection': '#7c3aed',
  toobusy: '#c084fc',
  'bulkhead-right': '#475569',
  'bulkhead-8x': '#94a3b8',
}

const labels: Readonly<Record<string, string>> = {
  spillway: 'Spillway (middleware)',
  'spillway-front': 'Spillway (in front)',
  none: 'unprotected',
  'erl-right': 'express-rate-limit, right number',
  'erl-8x': 'express-rate-limit, 8x too high',
  'overload-protection': 'overload-protection',
  toobusy: 'toobusy-js',
  'bulkhead-right': 'p-queue bulkhead, right number',
  'bulkhead-8x': 'p-queue bulkhead, 8x too high',
}

const spare = ['#0891b2', '#65a30d', '#be185d', '#4338ca', '#a16207']

/** How a subject is drawn. */
export interface Look {
  readonly label: string
  readonly colour: string
  readonly stroke: number
  readonly dash: readonly number[]
}

/** Returns the look of the subject that is drawn as number `index`. */
export function lookOf(subject: string, index: number): Look {
  const known = colours[subject]
  const own = subject.startsWith('spillway') || known === undefined
  return {
    label: labels[subject] ?? subject.slice(subject.lastIndexOf('/') + 1),
    colour: known ?? spare[index % spare.length] ?? ink,
    stroke: own ? 4 : subject === 'none' ? 3 : 1.75,
    dash: own || subject === 'none' ? [1, 0] : subject.endsWith('-8x') ? [2, 3] : [6, 3],
  }
}

/** Ours first, then nothing, then the peers. */
export function drawingOrder(subjects: readonly string[]): string[] {
  const rank = (subject: string): number => (subject.startsWith('spillway') ? 0 : subject === 'none' ? 1 : 2)
  return [...subjects].sort((a, b) => rank(a) - rank(b))
}
