/** Before anything of Nest: the overload control in front, middleware, and what decorators say of a request that has no handler yet. */
import { All, Controller, Get, Param, Post, VersioningType } from '@nestjs/common'
import type { INestApplication, Type } from '@nestjs/common'
import { RouterModule } from '@nestjs/core'
import { ConcurrencyLimit, Priority, SkipOverloadControl, Spillway, SpillwayModule } from '@spillway/nestjs'
import type { SpillwayOptions } from '@spillway/nestjs'
import { deferred } from '@spillway/http/conformance'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, platforms, type Running, start } from './app.ts'

/** Handlers wait for it, and say in which order they got in. */
let held = deferred()
let order: string[] = []

@Controller('work')
class WorkController {
  @Get('hold')
  async hold(): Promise<string> {
    await held.promise
    return 'held'
  }

  @Priority('sheddable')
  @Get('late/:id')
  late(@Param('id') id: string): string {
    order.push(`late ${id}`)
    return 'late'
  }

  @Get('usual')
  usual(): string {
    order.push('usual')
    return 'usual'
  }

  @Priority((req) => (req.url?.includes('vip') === true ? 'critical_plus' : undefined))
  @Get('asked')
  asked(): string {
    order.push('asked')
    return 'asked'
  }

  @SkipOverloadControl()
  @Get('health')
  health(): string {
    return 'healthy'
  }

  @Post('body')
  body(): string {
    return 'read'
  }
}

/** The pattern comes first: Express takes it, Fastify prefers the path that has none. */
@Controller('things')
class ThingsController {
  @SkipOverloadControl()
  @Get(':id')
  one(): string {
    return 'one'
  }

  @Get('special')
  special(): string {
    return 'special'
  }
}

@Priority('critical_plus')
@Controller({ path: 'versioned', version: '2' })
class VersionedController {
  @Get()
  get(): string {
    order.push('versioned')
    return 'versioned'
  }

  @SkipOverloadControl('overload')
  @All('open/*')
  open(): string {
    return 'open'
  }
}

/** One place and a patient line, so that nothing depends on how fast the machine is. */
const onePlace: SpillwayOptions['overload'] = {
  initialLimit: 1,
  minLimit: 1,
  maxLimit: 1,
  signals: [],
  maxQueue: 10,
  minQueue: 10,
  maxWaitMs: 60_000,
}

function appModule(options: SpillwayOptions): Type {
  const versioned = moduleOf({ controllers: [VersionedController] })
  return moduleOf({
    imports: [SpillwayModule.forRoot(options), versioned, RouterModule.register([{ path: 'area', module: versioned }])],
    controllers: [WorkController, ThingsController],
  })
}

function versions(app: INestApplication): void {
  app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI })
}

describe.each(platforms)('in front of %s', (platform) => {
  let running: Running
  afterEach(() => {
    held.resolve()
    return running.close()
  })

  async function app(module: Type, before?: (nest: INestApplication) => void): Promise<Running> {
    held = deferred()
    order = []
    running = await start(module, platform, before)
    return running
  }

  const waiting = (): number => running.app.get(Spillway).snapshot().overload?.waiting ?? 0

  /** Lets requests wait behind one that runs, and returns in which order they got in. */
  async function orderOf(paths: readonly string[]): Promise<string[]> {
    const answers = [running.get('/api/work/hold')]
    await expect.poll(() => running.app.get(Spillway).snapshot().overload?.inflight).toBe(1)
    for (const path of paths) {
      answers.push(running.get(path))
      await expect.poll(waiting).toBe(answers.length - 1)
    }
    held.resolve()
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200)
    return order
  }

  it('refuses everything while it drains: routes, and what has none', async () => {
    const { get, app: nest } = await app(appModule({}))
    expect((await get('/work/usual')).status).toBe(200)
    expect((await get('/nowhere')).status).toBe(404)
    nest.get(Spillway).drain()
    for (const path of ['/work/usual', '/nowhere']) {
      const answer = await get(path)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    }
  })

  it('refuses before a body is parsed', async () => {
    const { get, app: nest } = await app(appModule({}))
    const post = (): Promise<Response> =>
      get('/work/body', { method: 'POST', body: '{"broken', headers: { 'content-type': 'application/json' } })
    expect((await post()).status).toBe(400)
    nest.get(Spillway).drain()
    expect((await post()).status).toBe(503)
  })

  it('lets those pass that decorators let pass', async () => {
    const { get, app: nest } = await app(appModule({}), versions)
    nest.get(Spillway).drain()
    expect((await get('/api/work/health')).status).toBe(200)
    expect((await get('/api/work/health/?a=b')).status).not.toBe(503)
    expect((await get('/api/v2/area/versioned/open/x/y', { method: 'PUT' })).status).toBe(200)
    expect((await get('/api/v2/area/versioned')).status).toBe(503)
    expect((await get('/api/work/usual')).status).toBe(503)
  })

  it('knows which of several routes a platform takes', async () => {
    const { get, app: nest } = await app(appModule({}))
    expect(await (await get('/things/special')).text()).toBe(platform === 'express' ? 'one' : 'special')
    nest.get(Spillway).drain()
    expect((await get('/things/other')).status).toBe(200)
    expect((await get('/things/special')).status).toBe(platform === 'express' ? 200 : 503)
    expect((await get('/things/other', { method: 'HEAD' })).status).toBe(200)
    expect((await get('/things/other', { method: 'DELETE' })).status).toBe(503)
  })

  it('serves by the priority of the handler that a request will get to', async () => {
    await app(appModule({ overload: onePlace }), versions)
    const paths = ['/api/work/late/1', '/api/work/usual', '/api/v2/area/versioned', '/api/work/asked?vip']
    expect(await orderOf(paths)).toEqual(['versioned', 'asked', 'usual', 'late 1'])
  })

  it('asks the function of the options where no decorator says anything', async () => {
    const priority = (req: { url?: string }): 'sheddable' | undefined =>
      req.url?.includes('usual') === true ? 'sheddable' : undefined
    await app(appModule({ overload: { ...onePlace, priority } }), versions)
    expect(await orderOf(['/api/work/usual', '/api/work/asked', '/api/work/asked?vip'])).toEqual([
      'asked',
      'asked',
      'usual',
    ])
  })

  it('passes errors in front to the filters of Nest, and refusals to a handler', async () => {
    const { get, app: nest } = await app(
      appModule({
        overload: {
          handler: (_req, res, _next, { rejection }) => res.end(`handled: ${rejection.reason}`),
        },
      }),
    )
    nest.get(Spillway).drain()
    const answer = await get('/work/usual')
    expect([answer.status, await answer.text()]).toEqual([503, 'handled: draining'])
  })

  it('has no control where there is none', async () => {
    const { get, app: nest } = await app(appModule({ overload: false }))
    const spillway = nest.get(Spillway)
    expect([spillway.overload, spillway.snapshot().overload]).toEqual([undefined, undefined])
    expect(() => spillway.update({ overload: { maxQueue: 1 } })).toThrow('no overload control')
    spillway.drain()
    expect((await get('/work/usual')).status).toBe(200)
    expect(spillway.readiness()).toEqual({ ready: false, reasons: ['draining'] })
  })

  it('holds places by number on the class', async () => {
    @ConcurrencyLimit(1)
    @Controller('small')
    class Small {
      @Get('a')
      async a(): Promise<string> {
        order.push('a')
        await held.promise
        return 'a'
      }

      @Get('b')
      b(): string {
        return 'b'
      }
    }
    const { get } = await app(moduleOf({ imports: [SpillwayModule.forRoot()], controllers: [Small] }))
    const a = get('/small/a')
    await expect.poll(() => order).toEqual(['a'])
    expect((await get('/small/b')).status).toBe(503)
    held.resolve()
    expect((await a).status).toBe(200)
    expect((await get('/small/b')).status).toBe(200)
  })
})
