/** What routers of traffic are told. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readiness, type ReadinessOptions } from '@spillway/express'
import { ask } from '@spillway/http/conformance'
import express from 'express'
import { expect, it } from 'vitest'

async function probe(state: { draining: boolean; overloaded: boolean }, options?: ReadinessOptions) {
  const server = createServer(express().get('/ready', readiness({ snapshot: () => state }, options)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { status, body, headers } = await ask((server.address() as AddressInfo).port, { path: '/ready' })
  server.close()
  return { status, cache: headers['cache-control'], ...(JSON.parse(body) as object) }
}

it('is ready when calm', async () => {
  const answer = await probe({ draining: false, overloaded: false })
  expect(answer).toEqual({ status: 200, cache: 'no-store', ready: true, reasons: [] })
})

it('is not ready while it drains', async () => {
  const answer = await probe({ draining: true, overloaded: false })
  expect(answer).toMatchObject({ status: 503, ready: false, reasons: ['draining'] })
})

it('stays ready under overload, and tells of it', async () => {
  const answer = await probe({ draining: false, overloaded: true })
  expect(answer).toMatchObject({ status: 200, ready: true, reasons: ['overloaded'] })
})

it('is not ready under overload when asked to fail then', async () => {
  const answer = await probe({ draining: false, overloaded: true }, { failWhenOverloaded: true })
  expect(answer).toMatchObject({ status: 503, ready: false, reasons: ['overloaded'] })
})
