/** The token bucket against the test tables of Go's golang.org/x/time/rate. */
import { readFileSync } from 'node:fs'
import type { Reservation } from '@spillway/core'
import { TokenBucket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

type Step =
  | { op: 'allowN'; t: number; tokensAt: number; n: number; ok: boolean }
  | { op: 'reserveN'; t: number; n: number; act: number | null; ok: boolean; as?: string; maxFutureReserve?: number }
  | { op: 'cancelAt'; t: number; ref: string }
  | { op: 'setLimitAt' | 'setBurstAt'; t: number; value: number }

interface Table {
  readonly name: string
  readonly limitPerSecond: number
  readonly burst: number
  readonly steps: readonly Step[]
}

const golden = JSON.parse(readFileSync(new URL('fixtures/xrate.json', import.meta.url), 'utf8')) as { tables: Table[] }
const unitMs = 100

function replay(table: Table, startMs: number): number {
  const bucket = new TokenBucket({ limit: table.limitPerSecond, windowMs: 1000, burst: table.burst })
  const named = new Map<string, Reservation>()
  for (const [i, step] of table.steps.entries()) {
    const now = startMs + step.t * unitMs
    const where = `${table.name}, step ${i}`
    if (step.op === 'allowN') {
      expect(bucket.tokens(now), where).toBe(step.tokensAt)
      expect(bucket.take(step.n, now), where).toBe(step.ok)
    } else if (step.op === 'reserveN') {
      const reservation = bucket.reserve(step.n, now, (step.maxFutureReserve ?? Infinity) * unitMs)
      expect(reservation.ok, where).toBe(step.ok)
      if (step.ok) expect(reservation.actAt, where).toBe(startMs + (step.act ?? NaN) * unitMs)
      if (step.as !== undefined) named.set(step.as, reservation)
    } else if (step.op === 'cancelAt') bucket.cancel(named.get(step.ref) as Reservation, now)
    else if (step.op === 'setLimitAt') bucket.setLimit(step.value, 1000, now)
    else bucket.setBurst(step.value, now)
  }
  return table.steps.length
}

describe('TokenBucket against golang.org/x/time/rate', () => {
  it('has all of the tables', () => {
    expect(golden.tables).toHaveLength(17)
    expect(golden.tables.reduce((sum, table) => sum + table.steps.length, 0)).toBe(99)
  })

  for (const table of golden.tables) {
    it(`answers as in ${table.name}`, () => {
      for (const startMs of [0, 5_000, 1.7e12]) expect(replay(table, startMs)).toBe(table.steps.length)
    })
  }
})
