/** Reads how a trace made many samples into one. */
import type { WindowedLimitSettings } from '../../concurrency/limit/windowed.ts'
import { TraceParams } from './params.ts'

type Shape = Pick<WindowedLimitSettings, 'sampleWindow' | 'percentile' | 'maxSamples'>
type Read<T> = { [K in keyof T]?: T[K] | undefined }

/** Options of the windowed limit that these parameters are of; `undefined` where they say nothing. Times default to Netflix's. */
export function readWindow(params: TraceParams): Read<WindowedLimitSettings> {
  const maxWindowMs = params.time(1e9, 'maxWindowTime', 'maxWindow')
  const minWindowMs = params.time(1e9, 'minWindowTime', 'minWindow')
  const shape = readShape(params.find('sampleWindow', 'sampleWindowFactory'))
  const percentile = params.number('percentile') ?? shape.percentile
  return {
    // With Netflix the longest window goes before the shortest.
    minWindowMs: Math.min(minWindowMs, maxWindowMs),
    maxWindowMs,
    windowSize: params.number('windowSize'),
    minRttMs: params.time(1e5, 'minRttThreshold', 'minRtt'),
    sampleWindow: shape.sampleWindow ?? (percentile === undefined ? 'average' : 'percentile'),
    percentile,
    maxSamples: params.number('percentileWindowSize', 'sampleWindowSize', 'maxSamples') ?? shape.maxSamples,
  }
}

function readShape(value: unknown): Read<Shape> {
  if (value === undefined) return {}
  if (typeof value === 'string') return readText(value)
  if (typeof value === 'number') return { sampleWindow: 'percentile', percentile: value }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readObject(value)
  return fail(value)
}

function readText(text: string): Read<Shape> {
  if (/^\s*(?:average|avg|mean)/i.test(text)) return { sampleWindow: 'average' }
  if (!/^\s*p(?:ercentile\D*|\d|\s*$)/i.test(text)) return fail(text)
  const [share, maxSamples] = (text.match(/\d*\.?\d+/g) ?? []).map(Number)
  // p90 and "percentile 90" are counted in hundredths.
  return { sampleWindow: 'percentile', percentile: share !== undefined && share >= 1 ? share / 100 : share, maxSamples }
}

function readObject(value: object): Read<Shape> {
  const params = new TraceParams(value as Readonly<Record<string, unknown>>, 'ns')
  const kind = params.find('type', 'kind', 'name')
  const shape: Read<Shape> = kind === undefined ? {} : typeof kind === 'string' ? readText(kind) : fail(value)
  if (shape.sampleWindow === 'average' || Object.hasOwn(value, 'average')) return { sampleWindow: 'average' }
  const percentile = params.number('percentile', 'p', 'value') ?? shape.percentile
  if (percentile === undefined) return fail(value)
  const maxSamples = params.number('windowSize', 'maxSamples', 'size', 'capacity') ?? shape.maxSamples
  return { sampleWindow: 'percentile', percentile, maxSamples }
}

function fail(value: unknown): never {
  throw new TypeError(
    `limit trace: parameter "sampleWindow" must be like average, percentile 0.9 or {"percentile":0.9}, got ${JSON.stringify(value)}`,
  )
}
