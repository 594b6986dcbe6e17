import type { Reason } from '@spillway/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRefusalError } from '@spillway/http'
import { createQuotaHeaders } from '../../src/headers/quota-headers.ts'
import { Refuser } from '../../src/refusal/refuser.ts'
import type { RefusalContext, RefuserOptions } from '../../src/refusal/refuser.ts'
import { quota, rejection, toObject, wallTime } from '../support.ts'

const create = (options: Partial<RefuserOptions> = {}): Refuser =>
  new Refuser({
    statusCode: undefined,
    message: undefined,
    retryAfterJitterRatio: 0.5,
    random: () => 0,
    quotaHeaders: undefined,
    ...options,
  })
const plain: RefusalContext = { head: false, quotas: [], message: undefined }

describe('a refusal', () => {
  it.each<[Reason, number, string]>([
    ['rate', 429, 'quota-exceeded'],
    ['blocked', 429, 'abnormal-usage-detected'],
    ['concurrency', 503, 'temporary-reduced-capacity'],
    ['pressure', 503, 'temporary-reduced-capacity'],
    ['queue-full', 503, 'temporary-reduced-capacity'],
    ['queue-timeout', 503, 'temporary-reduced-capacity'],
    ['deadline', 503, 'temporary-reduced-capacity'],
    ['draining', 503, 'temporary-reduced-capacity'],
  ])('for %s is %i %s', (reason, status, type) => {
    const refusal = create().refuse(rejection({ reason }), plain)
    expect(refusal.status).toBe(status)
    expect(JSON.parse(refusal.body)).toEqual({
      type: `https://iana.org/assignments/http-problem-types#${type}`,
      title: expect.any(String),
      status,
      'violated-policies': ['overload'],
    })
  })

  it('is the same bytes as ever', () => {
    expect(create().refuse(rejection({ reason: 'rate', limiter: 'per-ip', retryAfterMs: 1500 }), plain)).toEqual({
      status: 429,
      headers: [
        'Content-Type',
        'application/problem+json',
        'Content-Length',
        '191',
        'Cache-Control',
        'no-store',
        'Retry-After',
        '2',
      ],
      body: '{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"violated-policies":["per-ip"]}',
    })
  })

  it.each<[Reason, object]>([
    ['rate', { 'x-envoy-ratelimited': 'true' }],
    ['blocked', { 'x-envoy-ratelimited': 'true' }],
    ['concurrency', { 'x-envoy-overloaded': 'true' }],
    ['queue-timeout', { 'x-envoy-overloaded': 'true' }],
    ['draining', {}],
  ])('for %s tells Envoy what it means, where that is asked for', (reason, told) => {
    const headersOf = (refuser: Refuser): Record<string, string> => {
      const headers = toObject(refuser.refuse(rejection({ reason }), plain).headers)
      return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-envoy')))
    }
    expect(headersOf(create({ envoyHeaders: true }))).toEqual(told)
    expect(headersOf(create({ envoyHeaders: true, message: 'no' }))).toEqual(told)
    expect(headersOf(create())).toEqual({})
  })

  it('is shared by all who are told the same', () => {
    const refuser = create()
    const first = refuser.refuse(rejection(), plain)
    expect(refuser.refuse(rejection(), plain)).toBe(first)
    expect(refuser.refuse(rejection({ retryAfterMs: 2000 }), plain)).not.toBe(first)
    expect(refuser.refuse(rejection({ limiter: 'other' }), plain).body).toContain('other')
    expect(Object.isFrozen(first) && Object.isFrozen(first.headers)).toBe(true)
  })

  it('keeps no more than a few, however many names limiters have', () => {
    const refuser = create()
    for (let i = 0; i < 1000; i++) refuser.refuse(rejection({ limiter: `limiter ${i}` }), plain)
    const late = rejection({ limiter: 'late' })
    expect(refuser.refuse(late, plain)).toEqual(refuser.refuse(late, plain))
    expect(refuser.refuse(late, plain)).not.toBe(refuser.refuse(late, plain))
  })

  it('to HEAD has the headers of the body that it leaves out', () => {
    const refuser = create()
    const head = refuser.refuse(rejection(), { ...plain, head: true })
    expect(head.body).toBe('')
    expect(head.headers).toEqual(refuser.refuse(rejection(), plain).headers)
  })

  it('needs no answer when nobody listens', () => {
    expect(create().refuse(rejection({ reason: 'cancelled' }), plain)).toEqual({ status: 499, headers: [], body: '' })
  })

  it('carries the status and message that were asked for', () => {
    const json = create({ statusCode: 429, message: { error: 'später' } }).refuse(rejection(), plain)
    expect(json.status).toBe(429)
    expect(json.body).toBe('{"error":"später"}')
    expect(toObject(json.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': '19',
    })
    const text = create({ message: 'no' }).refuse(rejection(), { ...plain, message: 'not now' })
    expect(text.body).toBe('not now')
    expect(toObject(text.headers)['content-type']).toBe('text/plain; charset=utf-8')
  })

  it('never has a length other than that of its body on the wire', () => {
    const message = fc.oneof(fc.string({ unit: 'binary' }), fc.dictionary(fc.string({ unit: 'binary' }), fc.string()))
    fc.assert(
      fc.property(message, fc.string({ unit: 'binary' }), (own, limiter) => {
        for (const one of [own, undefined]) {
          const { headers, body } = create().refuse(rejection({ limiter }), { ...plain, message: one })
          expect(toObject(headers)['content-length']).toBe(String(Buffer.byteLength(body)))
        }
      }),
    )
  })

  it('cannot be made to carry headers by names or messages', () => {
    const evil = 'x\r\nSet-Cookie: a=b\r\n\r\n<script>'
    const refuser = create({
      quotaHeaders: createQuotaHeaders({ standardHeaders: 'draft-10', legacyHeaders: true, wallTime }),
    })
    const { headers } = refuser.refuse(rejection({ limiter: evil }), {
      head: false,
      quotas: [quota({ name: evil })],
      message: evil,
    })
    expect(headers.join('')).toMatch(/^[\u0020-\u007e]+$/)
    expect(headers.filter((_, i) => i % 2 === 0)).not.toContain('Set-Cookie')
  })

  it('refuses a message that cannot be sent at construction', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => create({ message: cycle })).toThrow(TypeError)
  })
})

describe('Retry-After', () => {
  const seconds = (
    retryAfterMs: number,
    options: Partial<RefuserOptions> = {},
    reason: Reason = 'concurrency',
  ): string | undefined =>
    toObject(create(options).refuse(rejection({ retryAfterMs, reason }), plain).headers)['retry-after']

  it('is in whole seconds, at least one, and absent where there is nothing to wait for', () => {
    expect([0, 1, 1000, 1001, 59_999.5, -5].map((ms) => seconds(ms))).toEqual(['1', '1', '1', '2', '60', '1'])
    expect([Infinity, NaN, 1e13].map((ms) => seconds(ms))).toEqual([undefined, undefined, undefined])
  })

  it('is spread when many are told at once, and exact when a quota gives each an instant of his own', () => {
    const random = (): number => 0.999_999
    expect(seconds(10_000, { random })).toBe('15')
    expect(seconds(1000, { random })).toBe('2')
    expect(seconds(600_000, { random })).toBe('630')
    expect(seconds(10_000, { random, retryAfterJitterRatio: 0 })).toBe('10')
    expect(seconds(10_000, { random }, 'rate')).toBe('10')
    expect(seconds(10_000, { random }, 'blocked')).toBe('10')
  })

  it('is never before the truth, nor before any time that the quotas name', () => {
    const quotaHeaders = createQuotaHeaders({ standardHeaders: 'draft-10', legacyHeaders: false, wallTime })
    fc.assert(
      fc.property(
        wait,
        wait,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retryAfterMs, nextMs, chance) => {
          const refuser = create({ random: () => chance, quotaHeaders })
          const headers = toObject(
            refuser.refuse(rejection({ retryAfterMs }), { ...plain, quotas: [quota({ remaining: 0, nextMs })] })
              .headers,
          )
          const told = Number(headers['retry-after'])
          expect(Number.isInteger(told)).toBe(true)
          expect(told * 1000).toBeGreaterThanOrEqual(retryAfterMs)
          expect(told).toBeGreaterThanOrEqual(Number(/t=(\d+)/.exec(String(headers['ratelimit']))?.[1] ?? 0))
          expect(told).toBeLessThanOrEqual(Math.max(retryAfterMs / 1000 + 32, nextMs / 1000 + 1))
        },
      ),
    )
  })
})

const wait = fc.double({ min: 0, max: 1e9, noNaN: true })

describe('createRefusalError', () => {
  it('has the shape of http-errors', () => {
    const refused = rejection({ reason: 'rate', retryAfterMs: 3000 })
    const refusal = create().refuse(refused, plain)
    const error = createRefusalError(refused, refusal)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'RefusalError',
      code: 'SPILLWAY_REFUSED',
      status: 429,
      statusCode: 429,
      expose: true,
    })
    expect(error.headers).toEqual({ 'Cache-Control': 'no-store', 'Retry-After': '3' })
    expect(error.cause).toBe(refused)
    expect(error.refusal).toBe(refusal)
  })
})
