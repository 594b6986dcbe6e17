/** The shop by itself: ordinary routes that work. */
import express, { type Request } from 'express'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { priorityOf, shop } from '../src/shop.ts'

let server: Server
let url = ''

beforeAll(async () => {
  server = express().use(shop()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

describe('shop', () => {
  test.each([
    ['/products', 200],
    ['/products/7', 200],
    ['/products/0', 404],
    ['/products/x', 404],
    ['/recommendations?for=7', 200],
    ['/recommendations?for=x', 200],
    ['/checkout', 200],
    ['/search?q=red+lamp', 200],
    ['/search?q[]=1&q[]=2', 200],
    ['/search', 200],
    ['/nowhere', 404],
  ])('answers %s with %i', async (path, status) => {
    expect((await fetch(url + path)).status).toBe(status)
  })

  test('escapes what it renders', async () => {
    const page = await (await fetch(`${url}/search?q=${encodeURIComponent('<script>')}`)).text()
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script>')
  })

  test('takes an order, and refuses the sixth login of an address', async () => {
    const post = (path: string) => fetch(url + path, { method: 'POST' })
    expect((await post('/checkout')).status).toBe(201)
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) statuses.push((await post('/login')).status)
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429])
  })

  test('puts money first and decoration last', () => {
    const of = (path: string) => priorityOf({ path } as Request)
    expect([of('/checkout'), of('/search'), of('/recommendations')]).toEqual(['critical_plus', 'critical', 'sheddable'])
  })
})
