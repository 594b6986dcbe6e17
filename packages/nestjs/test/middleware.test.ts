/** Middleware in place of the front, and for requests that no handler answers. */
import { Catch, Controller, Get, Module } from '@nestjs/common'
import type {
  ArgumentsHost,
  ExceptionFilter,
  INestApplication,
  MiddlewareConsumer,
  NestModule,
  Type,
} from '@nestjs/common'
import { deferred } from '@spillway/http/conformance'
import {
  RateLimit,
  rateLimitMiddleware,
  Spillway,
  SpillwayException,
  SpillwayMiddleware,
  SpillwayModule,
} from '@spillway/nestjs'
import { afterEach, describe, expect, it } from 'vitest'
import { platforms, type Running, start } from './app.ts'

const windowMs = 3_600_000
/** A handler waits for it. */
let held = deferred()

@Controller('work')
class WorkController {
  @Get('hold')
  async hold(): Promise<string> {
    await held.promise
    return 'held'
  }

  @Get('usual')
  usual(): string {
    return 'usual'
  }
}

describe.each(platforms)('middleware on %s', (platform) => {
  let running: Running
  afterEach(() => {
    held.resolve()
    return running.close()
  })

  async function app(module: Type, before?: (nest: INestApplication) => void): Promise<Running> {
    held = deferred()
    running = await start(module, platform, before)
    return running
  }

  it('counts a request once, however often it is asked on the way', async () => {
    @Module({
      imports: [SpillwayModule.forRoot({ overload: { initialLimit: 1, minLimit: 1, maxLimit: 1 } })],
      controllers: [WorkController],
    })
    class Twice implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(SpillwayMiddleware).forRoutes('{*path}')
      }
    }
    const { get, app: nest } = await app(Twice)
    const answer = get('/work/hold')
    await expect.poll(() => nest.get(Spillway).snapshot().overload?.inflight).toBe(1)
    expect(nest.get(Spillway).snapshot().overload?.waiting).toBe(0)
    held.resolve()
    expect((await answer).status).toBe(200)
  })

  it('leaves the control to middleware, whose errors are those of Nest', async () => {
    @Catch(SpillwayException)
    class Filter implements ExceptionFilter {
      catch(exception: SpillwayException, host: ArgumentsHost): void {
        const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>()
        response.status(418).send(exception.rejection.reason)
      }
    }
    @Module({
      imports: [SpillwayModule.forRoot({ front: false, overload: { mode: 'error' } })],
      controllers: [WorkController],
    })
    class Later implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(SpillwayMiddleware).forRoutes('work/{*path}')
      }
    }
    const { get, app: nest } = await app(Later, (created) => created.useGlobalFilters(new Filter()))
    nest.get(Spillway).drain()
    const answer = await get('/work/usual')
    expect([answer.status, await answer.text()]).toEqual([418, 'draining'])
    expect((await get('/nowhere')).status).toBe(404)
  })

  it('limits rates by middleware, also of what has no route, and counts once what a decorator names again', async () => {
    @Controller('named')
    class Named {
      @RateLimit('api')
      @Get()
      get(): string {
        return 'named'
      }
    }
    @Module({
      imports: [SpillwayModule.forRoot({ rateLimits: { api: { limit: 3, windowMs } } })],
      controllers: [Named],
    })
    class Limited implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(rateLimitMiddleware('api')).forRoutes('{*path}')
      }
    }
    const { statuses, get } = await app(Limited)
    expect(await statuses('/nowhere', 1)).toEqual([404])
    expect(await statuses('/named', 3)).toEqual([200, 200, 429])
    const { status, headers } = await get('/nowhere')
    expect([status, headers.get('content-type')]).toEqual([429, 'application/problem+json'])
  })
})
