/** Gateways, with the real ws. */
import { once } from 'node:events'
import { Catch, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter, Type } from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets'
import { deferred } from '@spillway/http/conformance'
import {
  ConcurrencyLimit,
  Cost,
  type MessageRequest,
  Priority,
  RateLimit,
  SkipOverloadControl,
  Spillway,
  SpillwayGuard,
  SpillwayInterceptor,
  SpillwayModule,
} from '@spillway/nestjs'
import type { SpillwayOptions } from '@spillway/nestjs'
import { Throttle } from '@spillway/nestjs/throttler'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { moduleOf, nestVersion, type Running, start } from './app.ts'

const windowMs = 3_600_000
let held = deferred()
let entered: string[] = []

const options: SpillwayOptions = {
  rateLimits: { two: { limit: 2, windowMs }, closed: { limit: 0, windowMs } },
  concurrencyLimits: { single: { limit: 1 }, waiting: { limit: 1, maxQueue: 5, maxWaitMs: 60_000 } },
}

/** The filter of Nest 11 emits to the client's own object where clients are those of ws, so its users send by themselves. */
@Catch()
class Nest11Filter implements ExceptionFilter {
  catch(exception: Error, host: ArgumentsHost): void {
    const data = exception instanceof WsException ? exception.getError() : { message: 'Internal server error' }
    host
      .switchToWs()
      .getClient<WebSocket>()
      .send(JSON.stringify({ event: 'exception', data }))
  }
}
const filters = nestVersion.startsWith('11.') ? [Nest11Filter] : []

/** What both kinds of handlers do. */
class Handlers {
  async slow(name: string): Promise<{ event: string; data: string }> {
    entered.push(name)
    await held.promise
    return { event: 'slow', data: name }
  }
}

@UseFilters(...filters)
@UseGuards(SpillwayGuard)
@WebSocketGateway()
class GuardedGateway {
  @RateLimit('two')
  @SubscribeMessage('guarded')
  limited(): { event: string; data: string } {
    return { event: 'guarded', data: 'in' }
  }
}

@UseFilters(...filters)
@UseGuards(SpillwayGuard)
@UseInterceptors(SpillwayInterceptor)
@WebSocketGateway()
class FullGateway extends Handlers {
  @RateLimit('two')
  @ConcurrencyLimit('single')
  @SubscribeMessage('slow')
  override slow(@MessageBody() name: string): Promise<{ event: string; data: string }> {
    return super.slow(name)
  }

  @ConcurrencyLimit('waiting')
  @SubscribeMessage('patient')
  patient(@MessageBody() name: string): Promise<{ event: string; data: string }> {
    return super.slow(name)
  }

  @ConcurrencyLimit('single')
  @SubscribeMessage('fails')
  fails(): never {
    throw new Error('a fault in a handler')
  }

  @Cost((req: MessageRequest) => Number(req.data))
  @RateLimit({ limit: 5, windowMs, keyGenerator: (req: MessageRequest) => `${req.method} ${req.url} ${req.ip}` })
  @SubscribeMessage('weighed')
  weighed(): { event: string; data: string } {
    return { event: 'weighed', data: 'in' }
  }

  @SkipOverloadControl()
  @SubscribeMessage('skips')
  skips(): { event: string; data: string } {
    return { event: 'skips', data: 'in' }
  }

  @Throttle({ default: { limit: 1, ttl: 600_000 } })
  @SubscribeMessage('throttled')
  throttled(): { event: string; data: string } {
    return { event: 'throttled', data: 'in' }
  }

  @Priority('sheddable')
  @SubscribeMessage('plain')
  plain(): { event: string; data: string } {
    return { event: 'plain', data: 'in' }
  }
}

let running: Running
const clients: WebSocket[] = []
afterEach(async () => {
  held.resolve()
  for (const client of clients.splice(0)) client.terminate()
  await running.close()
})

const spillway = (): Spillway => running.app.get(Spillway)
const inflight = (name = 'single'): number => spillway().concurrencyLimit(name).snapshot().inflight

describe('a gateway', () => {
  async function app(gateway: Type, given: SpillwayOptions = options): Promise<void> {
    held = deferred()
    entered = []
    const module = moduleOf({ imports: [SpillwayModule.forRoot(given)], providers: [gateway] })
    running = await start(module, 'express', (nest) => nest.useWebSocketAdapter(new WsAdapter(nest)))
  }

  async function connect(): Promise<WebSocket> {
    const client = new WebSocket(`ws://127.0.0.1:${running.port}`)
    clients.push(client)
    await once(client, 'open')
    return client
  }

  /** Sends a message and resolves with what comes back next. */
  async function ask(client: WebSocket, event: string, data: unknown = 'x'): Promise<unknown> {
    const answer = once(client, 'message')
    client.send(JSON.stringify({ event, data }))
    const [text] = (await answer) as [Buffer]
    return JSON.parse(text.toString())
  }

  const refused = (code: string, reason: string): object => ({
    event: 'exception',
    data: { status: 'error', code, reason, message: expect.any(String) },
  })

  it('limits rates by the guard alone, per caller', async () => {
    await app(GuardedGateway)
    const client = await connect()
    expect([await ask(client, 'guarded'), await ask(client, 'guarded')]).toEqual([
      { event: 'guarded', data: 'in' },
      { event: 'guarded', data: 'in' },
    ])
    expect(await ask(client, 'guarded')).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate'))
    expect(await ask(await connect(), 'guarded')).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate'))
  })

  it('holds a place while a message is handled, and charges no rate for one that finds none', async () => {
    await app(FullGateway)
    const [first, second] = [await connect(), await connect()]
    const answer = ask(first, 'slow', 'a')
    await expect.poll(() => entered).toEqual(['a'])
    expect(inflight()).toBe(1)
    for (let i = 0; i < 3; i++) {
      expect(await ask(second, 'slow', 'b')).toMatchObject(refused('SERVICE_UNAVAILABLE', 'concurrency'))
    }
    held.resolve()
    expect(await answer).toEqual({ event: 'slow', data: 'a' })
    await expect.poll(() => inflight()).toBe(0)
    expect(await ask(second, 'slow', 'c')).toEqual({ event: 'slow', data: 'c' })
    expect(await ask(second, 'slow', 'd')).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate'))
  })

  it('gives the place back when a handler fails', async () => {
    await app(FullGateway)
    const client = await connect()
    for (let i = 0; i < 3; i++) {
      expect(await ask(client, 'fails')).toMatchObject({
        event: 'exception',
        data: { message: 'Internal server error' },
      })
    }
    expect(inflight()).toBe(0)
  })

  it('gives places back when clients leave, running or waiting', async () => {
    await app(FullGateway)
    const [runs, waits] = [await connect(), await connect()]
    runs.send(JSON.stringify({ event: 'patient', data: 'runs' }))
    await expect.poll(() => entered).toEqual(['runs'])
    for (let i = 0; i < 5; i++) waits.send(JSON.stringify({ event: 'patient', data: 'waits' }))
    const waiting = (): number => spillway().concurrencyLimit('waiting').snapshot().waiting
    await expect.poll(waiting).toBe(5)
    waits.terminate()
    await expect.poll(waiting).toBe(0)
    runs.terminate()
    await expect.poll(() => inflight('waiting')).toBe(0)
    expect(entered).toEqual(['runs'])
  })

  it('lets callbacks read messages, whose costs count', async () => {
    await app(FullGateway)
    const client = await connect()
    expect(await ask(client, 'weighed', 3)).toMatchObject({ event: 'weighed' })
    expect(await ask(client, 'weighed', 3)).toMatchObject(refused('TOO_MANY_REQUESTS', 'rate'))
    expect(await ask(client, 'weighed', 2)).toMatchObject({ event: 'weighed' })
  })

  it('honours throttlers', async () => {
    await app(FullGateway)
    const client = await connect()
    expect(await ask(client, 'throttled')).toEqual({ event: 'throttled', data: 'in' })
    expect(JSON.stringify(await ask(client, 'throttled'))).toContain('ThrottlerException: Too Many Requests')
  })

  it('asks the overload control for messages, but for those that skip it', async () => {
    await app(FullGateway)
    const client = await connect()
    expect(await ask(client, 'plain')).toMatchObject({ event: 'plain' })
    spillway().drain()
    expect(await ask(client, 'plain')).toMatchObject(refused('SERVICE_UNAVAILABLE', 'draining'))
    expect(await ask(client, 'skips')).toMatchObject({ event: 'skips' })
  })
})
