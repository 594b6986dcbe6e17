/** How the module is put together, looked at, changed and shut down. */
import { Controller, Get, Injectable, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { VirtualClock } from '@spillway/core/testing'
import {
  InjectSpillway,
  RateLimit,
  SkipOverloadControl,
  Spillway,
  SpillwayGuard,
  SpillwayModule,
} from '@spillway/nestjs'
import type { ReadinessReport } from '@spillway/http'
import type { SpillwayOptions, SpillwayOptionsFactory } from '@spillway/nestjs'
import { nodeEnvironment } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, nestVersion, platforms, type Running, start } from './app.ts'

const windowMs = 3_600_000
const options: SpillwayOptions = { rateLimits: { api: { limit: 1, windowMs } } }

@RateLimit('api')
@Controller()
class OnceController {
  readonly #spillway: Spillway

  constructor(@InjectSpillway() spillway: Spillway) {
    this.#spillway = spillway
  }

  @Get()
  get(): string {
    return 'once'
  }

  @SkipOverloadControl()
  @Get('ready')
  ready(): ReadinessReport {
    return this.#spillway.assertReady()
  }
}

@Injectable()
class Factory implements SpillwayOptionsFactory {
  createSpillwayOptions(): SpillwayOptions {
    return options
  }
}

let running: Running | undefined
afterEach(async () => {
  await running?.close()
  running = undefined
})

it(`runs on NestJS ${process.env['NEST_MAJOR'] ?? '12'}`, () => {
  expect(nestVersion.split('.')[0]).toBe(process.env['NEST_MAJOR'] ?? '12')
})

describe('SpillwayModule', () => {
  it.each([
    ['forRoot', SpillwayModule.forRoot(options)],
    [
      'a factory with what is injected',
      SpillwayModule.forRootAsync({
        imports: [moduleOf({ providers: [Factory], exports: [Factory] })],
        inject: [Factory],
        useFactory: async (factory: Factory) => factory.createSpillwayOptions(),
      }),
    ],
    ['a class', SpillwayModule.forRootAsync({ useClass: Factory })],
    [
      'a class that is there',
      SpillwayModule.forRootAsync({
        imports: [moduleOf({ providers: [Factory], exports: [Factory] })],
        useExisting: Factory,
      }),
    ],
  ])('takes options by %s', async (_how, spillway) => {
    running = await start(moduleOf({ imports: [spillway], controllers: [OnceController] }))
    expect(await running.statuses('/', 2)).toEqual([200, 429])
    running.app.get(Spillway).drain()
    expect(await running.statuses('/', 1)).toEqual([503])
  })

  it('leaves the guard to those who name it', async () => {
    @Controller('guarded')
    @RateLimit('api')
    @UseGuards(SpillwayGuard)
    class Guarded {
      @Get()
      get(): string {
        return 'guarded'
      }
    }
    const spillway = SpillwayModule.forRoot({ ...options, guard: false })
    running = await start(
      moduleOf({ imports: [spillway, moduleOf({ controllers: [Guarded] })], controllers: [OnceController] }),
    )
    expect(await running.statuses('/', 3)).toEqual([200, 200, 200])
    expect(await running.statuses('/guarded', 2)).toEqual([200, 429])
  })

  it('is not global where it must not be', async () => {
    const spillway = SpillwayModule.forRoot({ ...options, isGlobal: false })
    const other = moduleOf({ imports: [spillway, moduleOf({ controllers: [OnceController] })] })
    await expect(start(other)).rejects.toThrow(/resolve dependencies/)
  })

  it.each([
    [{ rateLimits: { api: { limit: -1 } } }, /rateLimit: option "limit"/],
    [{ concurrencyLimits: { api: { limit: 0 } } }, /concurrencyLimit: option "limit"/],
    [{ overload: { maxQueue: -1 } }, /option "maxQueue"/],
    [{ overload: { maxQeue: 1 } }, /maxQeue/],
    [{ overload: { priority: 'urgent' as 'critical' } }, /option "priority"/],
    [{ rateLimits: { api: { limit: 1, cost: -1 } } }, /option "cost"/],
    [{ shutdownDelayMs: -1 }, /option "shutdownDelayMs"/],
    [{ maxHoldMs: 0 }, /option "maxHoldMs"/],
    [{ readiness: { failWhenOverloaded: 1 } }, /option "failWhenOverloaded"/],
    [{ overlod: {} }, /overlod/],
  ])('does not make an app with %j', async (wrong: object, message) => {
    await expect(start(moduleOf({ imports: [SpillwayModule.forRoot(wrong)] }))).rejects.toThrow(message)
  })

  it('works in modules of @nestjs/testing, whose platform comes later', async () => {
    const testing = await Test.createTestingModule({
      imports: [SpillwayModule.forRoot(options)],
      controllers: [OnceController],
    }).compile()
    const app = testing.createNestApplication({ logger: false })
    await app.listen(0, '127.0.0.1')
    const url = await app.getUrl()
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([200, 429])
    app.get(Spillway).drain()
    expect((await fetch(`${url}/nowhere`)).status).toBe(503)
    await app.close()
  })

  it('works where there is no server at all', async () => {
    const app = await NestFactory.createApplicationContext(moduleOf({ imports: [SpillwayModule.forRoot(options)] }), {
      logger: false,
    })
    expect(app.get(Spillway).readiness()).toEqual({ ready: true, reasons: [] })
    await app.close()
  })
})

describe.each(platforms)('Spillway on %s', (platform) => {
  async function app(given: SpillwayOptions = options): Promise<Spillway> {
    running = await start(
      moduleOf({ imports: [SpillwayModule.forRoot(given)], controllers: [OnceController] }),
      platform,
    )
    return running.app.get(Spillway)
  }

  it('shows and changes limits while requests pass', async () => {
    const spillway = await app({ ...options, concurrencyLimits: { few: { limit: 2, maxQueue: 3 } } })
    expect(await running?.statuses('/', 2)).toEqual([200, 429])
    const { overload, rateLimits, concurrencyLimits } = spillway.snapshot()
    expect(overload).toMatchObject({ name: 'overload', draining: false, inflight: 0 })
    expect(rateLimits).toMatchObject({ api: { name: 'api', keys: 1 } })
    expect(concurrencyLimits).toEqual({ few: { name: 'few', limit: 2, inflight: 0, waiting: 0 } })
    spillway.update({
      overload: { maxQueue: 5 },
      rateLimits: { api: { limit: 1000, windowMs: 1 } },
      concurrencyLimits: { few: { limit: 7 } },
    })
    await expect.poll(async () => (await running?.get('/'))?.status).toBe(200)
    expect(spillway.concurrencyLimit('few').snapshot().limit).toBe(7)
    expect(() => spillway.update({ rateLimits: { nothing: { limit: 1 } } })).toThrow(
      '"nothing" is no name in option "rateLimits"',
    )
    expect(() => spillway.concurrencyLimit('api')).toThrow(RangeError)
  })

  it('says whether it is ready, past the control', async () => {
    const spillway = await app()
    const ready = await running?.get('/ready')
    expect([ready?.status, await ready?.json()]).toEqual([200, { ready: true, reasons: [] }])
    spillway.drain()
    const leaving = await running?.get('/ready')
    expect([leaving?.status, await leaving?.json()]).toEqual([503, { ready: false, reasons: ['draining'] }])
  })

  it('is unready at shutdown before it refuses', async () => {
    const clock = new VirtualClock()
    const spillway = await app({ ...options, shutdownDelayMs: 5000, environment: nodeEnvironment({ clock }) })
    const closing = running?.app.close()
    await expect.poll(() => spillway.readiness().ready).toBe(false)
    expect((await running?.get('/'))?.status).toBe(200)
    expect(spillway.snapshot().overload?.draining).toBe(false)
    await clock.advance(5000)
    await closing
    expect(spillway.snapshot().overload?.draining).toBe(true)
    running = undefined
  })
})
