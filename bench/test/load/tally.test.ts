/** Counting and quantiles. */
import { expect, test } from 'vitest'
import { Classes, Stopwatch, Tally } from '../../src/load/tally.ts'

test('counts as answered only what was served or refused within 250 ms', () => {
  const tally = new Tally()
  tally.offered = 6
  tally.end('served', 250)
  tally.end('served', 251)
  tally.end('refused', 10)
  tally.end('failed', 10)
  tally.end('errors', 10)
  expect(tally.counts()).toMatchObject({ served: 2, refused: 1, failed: 1, errors: 1, answeredIn250: 2 })
  expect(tally.pending).toBe(1)
})

test('has no quantiles of nothing', () => {
  expect(new Stopwatch(3).latency()).toEqual({ count: 0, p50: undefined, p99: undefined, max: undefined })
})

test('tells quantiles to three digits and never above the greatest value', () => {
  const stopwatch = new Stopwatch(3)
  for (let ms = 1; ms <= 1000; ms++) stopwatch.record(ms)
  const { p50, p99, max } = stopwatch.latency()
  expect(p50).toBeCloseTo(500, -1)
  expect(p99).toBeCloseTo(990, -1)
  expect(max).toBeGreaterThanOrEqual(p99 ?? Infinity)
  stopwatch.reset()
  expect(stopwatch.latency().count).toBe(0)
})

test('takes latencies that no clock can have without throwing', () => {
  const stopwatch = new Stopwatch(2)
  for (const ms of [-1, 0, 1e12]) stopwatch.record(ms)
  expect(stopwatch.latency().count).toBe(3)
})

test('keeps one tally per class, and none for a class that is not known', () => {
  const classes = new Classes(['high', 'low'])
  const high = classes.at(0)
  if (high !== undefined) high.offered = 2
  expect(classes.at(2)).toBeUndefined()
  expect(classes.counts()).toMatchObject({ high: { offered: 2 }, low: { offered: 0 } })
})
