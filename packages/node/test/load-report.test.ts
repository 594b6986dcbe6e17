/** What balancers are told: every form says the same, and nothing that makes them throw it away. */
import { VirtualClock } from '@spillway/core/testing'
import { encodeLoadReport, protectServer, type LoadReport } from '@spillway/node'
import type { LoadReportOptions } from '@spillway/node'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, open, type Kind } from './support/servers.ts'

const names: Readonly<Record<number, string>> = {
  1: 'cpu_utilization',
  2: 'mem_utilization',
  6: 'rps_fractional',
  7: 'eps',
  9: 'application_utilization',
}

/** A reader of the message that knows nothing but the wire format of protocol buffers. */
function decode(bytes: Buffer): Record<string, number> {
  const found: Record<string, number> = {}
  let at = 0
  const varint = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const [field, wire] = [key >> 3, key & 7]
    if (wire === 1) {
      found[names[field] ?? `unknown ${field}`] = bytes.readDoubleLE(at)
      at += 8
    } else {
      expect([field, wire]).toEqual([8, 2])
      const end = varint() + at
      expect(varint()).toBe((1 << 3) | 2)
      const length = varint()
      const name = bytes.toString('ascii', at, (at += length))
      expect(varint()).toBe((2 << 3) | 1)
      found[`named_metrics.${name}`] = bytes.readDoubleLE(at)
      at += 8
      expect(at).toBe(end)
    }
  }
  return found
}

/** As Envoy reads text: pairs, separated by commas; a name twice, or a number that is none, makes the whole report worthless. */
function parseText(value: string): Record<string, number> {
  const pairs = value.replace(/^TEXT /, '').split(',')
  const entries = pairs.map((pair) => pair.trim().split('=') as [string, string])
  expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length)
  return Object.fromEntries(entries.map(([name, number]) => [name, Number(number)]))
}

function parseJson(value: string): Record<string, number> {
  const { named_metrics: named = {}, ...fields } = JSON.parse(value.replace(/^JSON /, ''))
  return { ...fields, ...Object.fromEntries(Object.entries(named).map(([name, n]) => [`named_metrics.${name}`, n])) }
}

const example: LoadReport = {
  applicationUtilization: 1.25,
  cpuUtilization: 0.5,
  memUtilization: 0.25,
  rpsFractional: 1000.5,
  eps: 0,
  namedMetrics: { queue: 12, 'db.pool-1': 0.75 },
}

describe('a load report', () => {
  it('is these bytes, as the message of protocol buffers', () => {
    const [name, value] = encodeLoadReport({ cpuUtilization: 0.5, namedMetrics: { q: 1 } }, 'bin') ?? ['', '']
    expect(name).toBe('endpoint-load-metrics-bin')
    expect(Buffer.from(value, 'base64').toString('hex')).toBe('09000000000000e03f420c0a017111000000000000f03f')
  })

  it('is this text, and this document', () => {
    expect(encodeLoadReport(example, 'text')).toEqual([
      'endpoint-load-metrics',
      'TEXT application_utilization=1.25, cpu_utilization=0.5, mem_utilization=0.25, rps_fractional=1000.5, eps=0, named_metrics.queue=12, named_metrics.db.pool-1=0.75',
    ])
    expect(encodeLoadReport({ cpuUtilization: 0.5, namedMetrics: { q: 1 } }, 'json')).toEqual([
      'endpoint-load-metrics',
      'JSON {"cpu_utilization":0.5,"named_metrics":{"q":1}}',
    ])
  })

  it('says the same in every form, and no number that is none', () => {
    const number = fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined })
    const reports = fc.record({
      applicationUtilization: number,
      cpuUtilization: number,
      memUtilization: number,
      rpsFractional: number,
      eps: number,
      namedMetrics: fc.dictionary(fc.oneof(fc.string(), fc.stringMatching(/^[a-z_.-]{1,200}$/)), fc.double()),
    })
    fc.assert(
      fc.property(reports, (report) => {
        const [bin, text, json] = (['bin', 'text', 'json'] as const).map((form) => encodeLoadReport(report, form)?.[1])
        const said = decode(Buffer.from(bin ?? '', 'base64'))
        fc.pre(bin !== undefined)
        for (const value of Object.values(said)) expect(Number.isFinite(value)).toBe(true)
        expect(parseText(text ?? '')).toEqual(said)
        expect(parseJson(json ?? '')).toEqual(said)
        expect(text).not.toMatch(/[eE][+]|NaN|Infinity|[^\x20-\x7e]/)
      }),
    )
  })

  it('leaves out what makes no sense, and is none if nothing is left', () => {
    const report = { cpuUtilization: NaN, eps: -1, rpsFractional: Infinity, namedMetrics: { 'a b': 1, x: NaN } }
    expect(encodeLoadReport(report, 'bin')).toBeUndefined()
    expect(encodeLoadReport({ memUtilization: 1.5 }, 'text')?.[1]).toBe('TEXT mem_utilization=1')
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`m${i}`, i]))
    expect(Object.keys(parseText(encodeLoadReport({ namedMetrics: many }, 'text')?.[1] ?? ''))).toHaveLength(32)
  })
})

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup()
})

async function serve(kind: Kind, loadReports: LoadReportOptions) {
  const clock = new VirtualClock()
  const listener = listenerOf((req, res) => {
    res.statusCode = req.url === '/broken' ? 500 : 200
    res.end()
  })
  const server = create(kind, listener)
  const signal = { name: 'test', pressure: () => 0.5 }
  const environment = { clock, loop: clock, random: () => 0.999, signals: [signal] }
  const protection = protectServer(server, { loadReports }, environment)
  const client = open(kind, await listen(server))
  cleanups.push(
    () => protection.close(),
    () => void server.close(),
    () => client.close(),
  )
  return { clock, client, protection }
}

describe.each(kinds)('load reports of a %s server', (kind) => {
  it('are on answers and refusals once something was measured', async () => {
    const { clock, client, protection } = await serve(kind, { format: 'text', namedMetrics: () => ({ queue: 3 }) })
    expect((await client.call()).headers['endpoint-load-metrics']).toBeUndefined()
    for (let i = 0; i < 9; i++) await client.call({ path: i < 3 ? '/broken' : '/' })
    await clock.advance(1000)
    const { status, headers } = await client.call()
    const said = parseText(String(headers['endpoint-load-metrics']))
    expect(status).toBe(200)
    expect(said).toMatchObject({ application_utilization: 0.5, 'named_metrics.queue': 3 })
    // 10 requests and 3 errors in the only second that there was.
    expect(said['rps_fractional']! / said['eps']!).toBeCloseTo(10 / 3, 1)
    expect(said['cpu_utilization']).toBeGreaterThan(0)
    protection.policy.control.drain()
    expect((await client.call()).headers['endpoint-load-metrics']).toBe(headers['endpoint-load-metrics'])
  })

  it('come in the form that is asked for, to those who may know', async () => {
    const trusted: LoadReportOptions['trusted'] = (req) => {
      if (req.url === '/throws') throw new Error('a fault in a callback')
      return req.headers['x-from'] === 'balancer'
    }
    const { clock, client } = await serve(kind, { trusted })
    await clock.advance(250)
    const ask = async (headers: Record<string, string>, path = '/') => {
      const { 'endpoint-load-metrics': text, 'endpoint-load-metrics-bin': bin } = (await client.call({ headers, path }))
        .headers
      return { text, bin }
    }
    expect(await ask({})).toEqual({ text: undefined, bin: undefined })
    expect(await ask({ 'x-from': 'balancer' }, '/throws')).toEqual({ text: undefined, bin: undefined })
    const { bin } = await ask({ 'x-from': 'balancer' })
    expect(decode(Buffer.from(String(bin), 'base64'))).toMatchObject({ application_utilization: 0.5 })
    const format = { 'x-from': 'balancer', 'endpoint-load-metrics-format': 'JSON' }
    expect(String((await ask(format)).text)).toMatch(/^JSON \{"application_utilization":0.5/)
    expect((await ask({ ...format, 'endpoint-load-metrics-format': 'xml' })).bin).toBe(bin)
  })
})
