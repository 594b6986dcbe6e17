/** A real Redis: the one of `REDIS_URL`, the one of this machine, or one that is started for the tests. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** A connection, and the end of it and of what was started for it. */
export interface RealRedis {
  readonly client: Redis
  close(): Promise<void>
}

/** `undefined` where there is none; throws then under CI=true, where a missing one would pass for a success. */
export async function connectRedis(): Promise<RealRedis | undefined> {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  const found = (await open(url)) ?? (process.env['REDIS_URL'] === undefined ? await start() : undefined)
  if (found !== undefined) return found
  const reason = `no Redis at ${url}, and no redis-server to start: stores on Redis are not tested`
  if (process.env['CI'] === 'true') throw new Error(reason)
  console.warn(`SKIPPED: ${reason}`)
  return undefined
}

async function open(url: string): Promise<RealRedis | undefined> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null })
  client.on('error', () => {}) // told by connect()
  try {
    await client.connect()
    await client.ping()
    return { client, close: async () => void (await client.quit()) }
  } catch {
    client.disconnect()
    return undefined
  }
}

async function start(): Promise<RealRedis | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'spillway-redis-'))
  const port = await freePort()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir]
  const server = spawn('redis-server', flags, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('error', () => resolve()).once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    server.kill()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  let opened: RealRedis | undefined
  for (let tries = 0; tries < 200 && opened === undefined && server.exitCode === null; tries++) {
    if (server.pid === undefined) break // there is no such program
    await setTimeout(20)
    opened = await open(`redis://127.0.0.1:${port}`)
  }
  if (opened !== undefined) return { client: opened.client, close: () => opened.close().then(stop) }
  await stop()
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
