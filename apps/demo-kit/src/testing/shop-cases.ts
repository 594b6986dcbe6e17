/** What every shop does, whatever it is written in and on both sides. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { maxUploadBytes } from '../shop/shop.ts'

/** One promise of a shop that listens at `url`, fresh from its start. */
export interface ShopCase {
  readonly name: string
  readonly run: (url: string) => Promise<void>
}

const pages: readonly (readonly [path: string, status: number])[] = [
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
  ['/live', 200],
  ['/ready', 200],
  ['/nowhere', 404],
]

function login(url: string, account: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify({ account }) })
}

async function statusesOf(answers: Iterable<Promise<Response>>): Promise<number[]> {
  const all = await Promise.all(answers)
  await Promise.all(all.map((answer) => answer.text()))
  return all.map(({ status }) => status).sort((a, b) => a - b)
}

/** Sends a body that never ends until somebody answers; with the answer's status, and how much was sent. */
export function uploadWithoutEnd(url: string): Promise<{ status: number; sentBytes: number }> {
  return new Promise((resolve, reject) => {
    const chunk = Buffer.alloc(65_536)
    let sentBytes = 0
    const req = request(`${url}/upload`, { method: 'POST', headers: { 'content-length': 1_000_000_000 } })
    const send = (): void => {
      while (!req.destroyed && req.write(chunk)) sentBytes += chunk.length
    }
    req.on('drain', send)
    req.on('response', (res) => {
      resolve({ status: res.statusCode ?? 0, sentBytes })
      req.destroy()
    })
    req.on('error', reject)
    send()
  })
}

export const pageCases: readonly ShopCase[] = [
  ...pages.map(([path, status]) => ({
    name: `answers ${path} with ${status}`,
    async run(url: string) {
      const answer = await fetch(url + path)
      await answer.text()
      assert.equal(answer.status, status)
    },
  })),
  {
    name: 'escapes what it renders',
    async run(url) {
      const page = await (await fetch(`${url}/search?q=${encodeURIComponent('<script>')}`)).text()
      assert.ok(page.includes('&lt;script&gt;') && !page.includes('<script>'))
    },
  },
  {
    name: 'takes an order',
    async run(url) {
      assert.equal((await fetch(`${url}/checkout`, { method: 'POST' })).status, 201)
    },
  },
  {
    name: 'limits logins per account and per address, as one: what one limit refuses costs nothing in the other',
    async run(url) {
      const tries = []
      for (let i = 0; i < 12; i++) tries.push((await login(url, 'ada')).status)
      assert.deepEqual(tries, [...Array.from({ length: 5 }, () => 204), ...Array.from({ length: 7 }, () => 429)])
      const others = []
      for (let i = 0; i < 16; i++) others.push((await login(url, `account-${i}`)).status)
      assert.deepEqual(others, [...Array.from({ length: 15 }, () => 204), 429], 'the address had 15 of its 20 left')
    },
  },
  {
    name: 'makes two reports at once and refuses the third',
    async run(url) {
      const three = Array.from({ length: 3 }, () => fetch(`${url}/report`))
      assert.deepEqual(await statusesOf(three), [200, 200, 503])
    },
  },
  {
    name: 'feeds prices for as long as somebody listens',
    async run(url) {
      const leaving = new AbortController()
      const answer = await fetch(`${url}/feed`, { signal: leaving.signal })
      assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
      const { value } = await answer.body!.getReader().read()
      assert.match(new TextDecoder().decode(value), /data: {"id":1,/)
      leaving.abort()
    },
  },
  {
    name: 'takes uploads, and none that is too large',
    async run(url) {
      const small = await fetch(`${url}/upload`, { method: 'POST', body: new Uint8Array(5_000) })
      assert.deepEqual([small.status, await small.json()], [201, { bytes: 5_000 }])
      const { status, sentBytes } = await uploadWithoutEnd(url)
      assert.equal(status, 413)
      assert.ok(sentBytes < 20 * maxUploadBytes, `stopped reading soon, after ${sentBytes} bytes`)
    },
  },
]
