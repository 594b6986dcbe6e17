import type { Quota } from '@spillway/core'
import * as fc from 'fast-check'
import { parseRateLimit } from 'ratelimit-header-parser'
import { parseList } from 'structured-headers'
import type { Item } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import { createQuotaHeaders } from '../../src/headers/quota-headers.ts'
import type { HeadersDraft } from '../../src/headers/quota-headers.ts'
import { quota, toObject, wallTime } from '../support.ts'

function write(
  standardHeaders: boolean | HeadersDraft,
  quotas: readonly Quota[],
  legacyHeaders = false,
): Record<string, string> {
  const flat: string[] = []
  createQuotaHeaders({ standardHeaders, legacyHeaders, wallTime })?.(flat, quotas)
  return toObject(flat)
}

describe('draft-10', () => {
  it('says how much is left and when more comes', () => {
    expect(write('draft-10', [quota()])).toEqual({
      'ratelimit-policy': '"rate";q=100;w=60',
      ratelimit: '"rate";r=50;t=1',
    })
  })

  it('has one member for each quota', () => {
    const daily = quota({
      name: 'daily',
      limit: 1000,
      windowMs: 86_400_000,
      remaining: 999,
      nextMs: 86_400,
      resetMs: 86_400,
    })
    expect(write('draft-10', [quota(), daily])).toEqual({
      'ratelimit-policy': '"rate";q=100;w=60, "daily";q=1000;w=86400',
      ratelimit: '"rate";r=50;t=1, "daily";r=999;t=87',
    })
  })

  it('counts places to run in without a window', () => {
    expect(write('draft-10', [quota({ name: 'places', limit: 40, windowMs: 0, remaining: 3, nextMs: 0 })])).toEqual({
      'ratelimit-policy': '"places";q=40;qu="concurrent-requests"',
      ratelimit: '"places";r=3',
    })
  })

  it('names no time when nothing is missing, and none when nothing comes back', () => {
    expect(write('draft-10', [quota({ nextMs: 0 })])['ratelimit']).toBe('"rate";r=50')
    expect(write('draft-10', [quota({ remaining: 0, nextMs: Infinity })])['ratelimit']).toBe('"rate";r=0')
  })

  it('follows a limit that changes', () => {
    const flat: string[] = []
    const headers = createQuotaHeaders({ standardHeaders: 'draft-10', legacyHeaders: false, wallTime })
    for (const limit of [100, 100, 50]) headers?.(flat, [quota({ limit })])
    expect(flat.filter((_, i) => i % 4 === 1)).toEqual(['"rate";q=100;w=60', '"rate";q=100;w=60', '"rate";q=50;w=60'])
  })

  it('escapes what would end the name, and drops what cannot be sent', () => {
    expect(write('draft-10', [quota({ name: 'a"b;q=9\\' })])['ratelimit']).toBe('"a\\"b;q=9\\\\";r=50;t=1')
    expect(write('draft-10', [quota({ name: 'a\r\nSet-Cookie: ä\u0000\ud800b' })])['ratelimit']).toBe(
      '"aSet-Cookie: b";r=50;t=1',
    )
  })

  it('is always a structured field that says what the quota is', () => {
    fc.assert(
      fc.property(fc.array(anyQuota, { minLength: 1, maxLength: 3 }), (quotas) => {
        const headers = write('draft-10', quotas)
        const policies = parseList(String(headers['ratelimit-policy'])) as Item[]
        const limits = parseList(String(headers['ratelimit'])) as Item[]
        expect(limits).toHaveLength(quotas.length)
        for (const [i, [name, parameters]] of limits.entries()) {
          const window = Number(policies[i]?.[1].get('w'))
          expect(name).toBe(policies[i]?.[0])
          expect(window).toBeGreaterThan(0)
          expect(parameters.get('r')).toBeGreaterThanOrEqual(0)
          expect(Number(parameters.get('t') ?? 0)).toBeLessThanOrEqual(window)
          expect(Number(parameters.get('t') ?? Infinity) * 1000).toBeGreaterThanOrEqual(quotas[i]?.nextMs ?? NaN)
        }
      }),
    )
  })
})

describe('older drafts', () => {
  it('draft-8 looks the same, but counts to the end of the window', () => {
    expect(write('draft-8', [quota()])).toEqual({
      'ratelimit-policy': '"rate";q=100;w=60',
      ratelimit: '"rate";r=50;t=30',
    })
  })

  it('draft-7 has one dictionary', () => {
    expect(write('draft-7', [quota()])).toEqual({
      'ratelimit-policy': '100;w=60',
      ratelimit: 'limit=100, remaining=50, reset=30',
    })
  })

  it('draft-6 has a field for each number, and is what true means', () => {
    const expected = {
      'ratelimit-policy': '100;w=60',
      'ratelimit-limit': '100',
      'ratelimit-remaining': '50',
      'ratelimit-reset': '30',
    }
    expect(write('draft-6', [quota()])).toEqual(expected)
    expect(write(true, [quota()])).toEqual(expected)
  })

  it('tell of the strictest quota', () => {
    const strict = quota({ limit: 10, remaining: 2 })
    expect(write('draft-7', [quota(), strict])['ratelimit']).toBe('limit=10, remaining=2, reset=30')
    expect(write('draft-7', [strict, quota({ limit: 9, remaining: 2, nextMs: 700 })])['ratelimit']).toContain('limit=9')
  })

  it.each(['draft-6', 'draft-7'] as const)('%s is understood by ratelimit-header-parser', (draft) => {
    fc.assert(
      fc.property(anyQuota, (one) => {
        const parsed = parseRateLimit(write(draft, [one]), { reset: 'seconds' })
        expect(parsed).toMatchObject({ limit: one.limit, remaining: one.remaining })
      }),
    )
  })
})

describe('X-RateLimit', () => {
  it('tells the reset as epoch seconds', () => {
    const headers = write(false, [quota()], true)
    expect(headers).toEqual({
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '50',
      'x-ratelimit-reset': String(Date.UTC(2026, 0, 1, 12, 0, 30) / 1000),
    })
    expect(parseRateLimit(headers, { reset: 'unix' })).toMatchObject({
      limit: 100,
      remaining: 50,
      reset: wallTime(30_000),
    })
  })

  it('leaves out a reset that never comes', () => {
    expect(write(false, [quota({ resetMs: Infinity })], true)).not.toHaveProperty('x-ratelimit-reset')
  })

  it('stands beside the standard headers', () => {
    expect(Object.keys(write('draft-10', [quota()], true))).toHaveLength(5)
  })
})

it('says nothing when there are no quotas, or nobody asks', () => {
  expect(write('draft-10', [], true)).toEqual({})
  expect(write('draft-6', [])).toEqual({})
  expect(write('draft-7', [])).toEqual({})
  expect(createQuotaHeaders({ standardHeaders: false, legacyHeaders: false, wallTime })).toBeUndefined()
})

const anyQuota: fc.Arbitrary<Quota> = fc
  .record({
    name: fc.string({ unit: 'binary' }),
    limit: fc.integer({ min: 0, max: 2 ** 45 }),
    windowMs: fc.double({ min: 1, max: 366 * 86_400_000, noNaN: true }),
    left: fc.double({ min: 0, max: 1, noNaN: true }),
    wait: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ left, wait, ...terms }) => ({
    ...terms,
    remaining: Math.floor(terms.limit * left),
    nextMs: terms.windowMs * wait,
    resetMs: terms.windowMs,
  }))
