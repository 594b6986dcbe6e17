/** Microservices, over the real TCP transport. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Controller, UseInterceptors } from '@nestjs/common'
import {
  type ClientProxy,
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices'
import { VirtualClock } from '@spillway/core/testing'
import { deferred } from '@spillway/http/conformance'
import { ConcurrencyLimit, RateLimit, Spillway, SpillwayInterceptor, SpillwayModule } from '@spillway/nestjs'
import type { SpillwayOptions } from '@spillway/nestjs'
import { nodeEnvironment } from '@spillway/node'
import { lastValueFrom } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, type Running, start } from './app.ts'

const windowMs = 3_600_000
let held = deferred()
let entered: string[] = []

const options: SpillwayOptions = {
  rateLimits: { two: { limit: 2, windowMs }, closed: { limit: 0, windowMs } },
  concurrencyLimits: { single: { limit: 1 }, waiting: { limit: 1, maxQueue: 5, maxWaitMs: 60_000 } },
}

/** What both kinds of handlers do. */
class Handlers {
  async slow(name: string): Promise<{ event: string; data: string }> {
    entered.push(name)
    await held.promise
    return { event: 'slow', data: name }
  }
}

@UseInterceptors(SpillwayInterceptor)
@Controller()
class RpcController extends Handlers {
  @RateLimit('two')
  @MessagePattern('limited')
  limited(): string {
    return 'in'
  }

  @ConcurrencyLimit('single')
  @MessagePattern({ cmd: 'slow' })
  override slow(name: string): Promise<{ event: string; data: string }> {
    return super.slow(name)
  }

  @RateLimit({ limit: 5, windowMs, handler: () => Promise.reject(new Error('never called')) })
  @MessagePattern('open')
  open(): string {
    return 'open'
  }

  @ConcurrencyLimit(1)
  @MessagePattern('hangs')
  hangs(): Promise<never> {
    entered.push('hangs')
    return new Promise<never>(() => {})
  }
}

let running: Running
afterEach(async () => {
  held.resolve()
  await running.close()
})

const spillway = (): Spillway => running.app.get(Spillway)
const inflight = (name = 'single'): number => spillway().concurrencyLimit(name).snapshot().inflight

describe('a microservice', () => {
  let proxy: ClientProxy
  afterEach(() => proxy.close())

  async function app(given: SpillwayOptions = options): Promise<void> {
    held = deferred()
    entered = []
    const module = moduleOf({ imports: [SpillwayModule.forRoot(given)], controllers: [RpcController] })
    const port = await freePort()
    running = await start(module, 'express')
    const transport = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const
    running.app.connectMicroservice<MicroserviceOptions>(transport)
    await running.app.startAllMicroservices()
    proxy = ClientProxyFactory.create(transport)
    await proxy.connect()
  }

  const ask = (pattern: unknown, data: unknown = 'x'): Promise<unknown> =>
    lastValueFrom(proxy.send(pattern, data)).catch((error: unknown) => ({ error }))

  it('limits rates, and answers with what callers can read', async () => {
    await app()
    expect([await ask('limited'), await ask('limited')]).toEqual(['in', 'in'])
    expect(await ask('limited')).toMatchObject({
      error: {
        status: 'error',
        code: 'TOO_MANY_REQUESTS',
        reason: 'rate',
        policy: 'two',
        retryAfterSeconds: expect.any(Number),
      },
    })
    expect(await ask('open')).toBe('open')
  })

  it('holds a place while a message is handled', async () => {
    await app()
    const first = ask({ cmd: 'slow' }, 'a')
    await expect.poll(() => entered).toEqual(['a'])
    expect(await ask({ cmd: 'slow' }, 'b')).toMatchObject({
      error: { code: 'SERVICE_UNAVAILABLE', reason: 'concurrency' },
    })
    held.resolve()
    expect(await first).toMatchObject({ data: 'a' })
    await expect.poll(() => inflight()).toBe(0)
    expect(await ask({ cmd: 'slow' }, 'c')).toMatchObject({ data: 'c' })
  })

  it('gives a place back after the longest hold, for handlers that never end', async () => {
    const clock = new VirtualClock()
    await app({ ...options, maxHoldMs: 1000, environment: nodeEnvironment({ clock }) })
    void ask('hangs')
    await expect.poll(() => entered).toEqual(['hangs'])
    await clock.advance(999)
    expect(await ask('hangs')).toMatchObject({ error: { reason: 'concurrency' } })
    await clock.advance(1)
    void ask('hangs')
    await expect.poll(() => entered).toEqual(['hangs', 'hangs'])
  })
})

/** Of a server that was there a moment ago: the transport does not tell which port it took. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
