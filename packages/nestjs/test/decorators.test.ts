/** What decorators on controllers and handlers do, over HTTP on both platforms. */
import { BadRequestException, Catch, Controller, Get, Module, Post, Res, UseFilters, UseGuards } from '@nestjs/common'
import type { ArgumentsHost, CanActivate, ExceptionFilter } from '@nestjs/common'
import {
  ConcurrencyLimit,
  Cost,
  InjectSpillway,
  RateLimit,
  SkipOverloadControl,
  Spillway,
  SpillwayException,
  SpillwayGuard,
  SpillwayModule,
} from '@spillway/nestjs'
import { deferred } from '@spillway/http/conformance'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, platforms, type Running, start } from './app.ts'

const windowMs = 3_600_000
const never = { limit: 0, windowMs }
/** Ends the handler that waits for it. */
let held = deferred<void>()

@Controller('named')
class NamedController {
  @RateLimit('api')
  @Get('a')
  a(): string {
    return 'a'
  }

  @RateLimit('api')
  @Get('b')
  b(): string {
    return 'b'
  }

  @Get('free')
  free(): string {
    return 'free'
  }
}

@RateLimit({ limit: 2, windowMs })
@Controller('inline')
class InlineController {
  @Get('a')
  a(): string {
    return 'a'
  }

  @Get('b')
  b(): string {
    return 'b'
  }

  @RateLimit({ limit: 1, windowMs })
  @Get('own')
  own(): string {
    return 'own'
  }
}

/** Two classes of one name: what counts is the class. */
function sameName(path: string): new () => object {
  @RateLimit({ limit: 1, windowMs })
  @Controller(path)
  class Same {
    @Get()
    get(): string {
      return path
    }
  }
  return Same
}

class Base {
  @RateLimit({ limit: 1, windowMs })
  @Get()
  get(): string {
    return 'inherited'
  }
}

@Controller('first')
class FirstController extends Base {}

@Controller('second')
class SecondController extends Base {}

@Controller('several')
class SeveralController {
  @RateLimit('api')
  @RateLimit({ ...never, name: 'closed' })
  @Get('closed')
  closed(): string {
    return 'never'
  }

  @RateLimit('api')
  @RateLimit({ limit: 5, windowMs, name: 'slow' })
  @Get('open')
  open(): string {
    return 'open'
  }

  @RateLimit('api')
  @Get('api')
  api(): string {
    return 'api'
  }

  @RateLimit('api')
  @ConcurrencyLimit('single')
  @Get('busy')
  async busy(): Promise<string> {
    await held.promise
    return 'busy'
  }
}

@RateLimit('closed')
@ConcurrencyLimit(1)
@Controller('skips')
class SkipsController {
  @SkipOverloadControl()
  @Get('all')
  all(): string {
    return 'all'
  }

  @SkipOverloadControl('closed')
  @Get('closed')
  closed(): string {
    return 'closed'
  }

  @SkipOverloadControl('other')
  @Get('other')
  other(): string {
    return 'other'
  }
}

@SkipOverloadControl()
@RateLimit('closed')
@Controller('skipped')
class SkippedController {
  @Get('free')
  free(): string {
    return 'free'
  }

  @RateLimit({ limit: 1, windowMs })
  @Get('own')
  own(): string {
    return 'own'
  }
}

@Controller('cost')
class CostController {
  @Cost(2)
  @RateLimit('api')
  @Get('two')
  two(): string {
    return 'two'
  }

  @Cost((req) => Number(req.headers['x-cost']))
  @RateLimit({ limit: 4, windowMs })
  @Get('header')
  header(): string {
    return 'header'
  }

  @RateLimit('api')
  @Get('one')
  one(): string {
    return 'one'
  }
}

class Denying implements CanActivate {
  canActivate(): boolean {
    return false
  }
}

@Controller('handled')
class HandledController {
  @RateLimit({
    ...never,
    handler: () => {
      throw new BadRequestException('in my words')
    },
  })
  @Get('throws')
  throws(): string {
    return 'never'
  }

  @RateLimit({ ...never, handler: () => 'only looked' })
  @Get('looks')
  looks(): string {
    return 'never'
  }

  @RateLimit({ ...never, message: 'in text' })
  @Get('text')
  text(): string {
    return 'never'
  }

  @ConcurrencyLimit('single')
  @UseGuards(SpillwayGuard, Denying)
  @Get('denied')
  denied(): string {
    return 'never'
  }
}

@Catch(SpillwayException)
class Filter implements ExceptionFilter {
  catch(exception: SpillwayException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>()
    response.status(418).send({ mine: exception.rejection.reason, seconds: exception.extensions.retryAfterSeconds })
  }
}

@Controller('filtered')
class FilteredController {
  @UseFilters(Filter)
  @RateLimit({ limit: 1, windowMs })
  @Get()
  get(): string {
    return 'once'
  }
}

@Controller('body')
class BodyController {
  @RateLimit('closed')
  @Post()
  post(): string {
    return 'never'
  }

  @Get('quota')
  @RateLimit({ limit: 5, windowMs, requestPropertyName: 'quota' })
  quota(
    @Res() res: {
      req?: { quota?: { remaining: number } }
      request?: { quota?: { remaining: number } }
      send(body: string): void
    },
  ): void {
    res.send(String((res.request ?? res.req)?.quota?.remaining))
  }
}

@Module({
  imports: [
    SpillwayModule.forRoot({
      rateLimits: { api: { limit: 3, windowMs }, closed: never },
      concurrencyLimits: { single: { limit: 1 } },
    }),
  ],
  controllers: [
    NamedController,
    InlineController,
    FirstController,
    SecondController,
    SeveralController,
    SkipsController,
    SkippedController,
    CostController,
    HandledController,
    FilteredController,
    BodyController,
    sameName('same-a'),
    sameName('same-b'),
  ],
})
class AppModule {
  constructor(@InjectSpillway() readonly spillway: Spillway) {}
}

describe.each(platforms)('decorators on %s', (platform) => {
  let running: Running
  afterEach(() => running.close())

  async function app(): Promise<Running> {
    held = deferred()
    running = await start(AppModule, platform)
    return running
  }

  it('shares the counters of a named limit between all who name it, and limits nobody else', async () => {
    const { statuses } = await app()
    expect(await statuses('/named/a', 2)).toEqual([200, 200])
    expect(await statuses('/named/b', 2)).toEqual([200, 429])
    expect(await statuses('/named/free', 5)).toEqual([200, 200, 200, 200, 200])
  })

  it('gives a class counters of its own for all its handlers, and a handler its own in place of them', async () => {
    const { statuses } = await app()
    expect(await statuses('/inline/a', 1)).toEqual([200])
    expect(await statuses('/inline/b', 2)).toEqual([200, 429])
    expect(await statuses('/inline/own', 2)).toEqual([200, 429])
  })

  it('tells classes of one name apart, and handlers that are inherited', async () => {
    const { statuses } = await app()
    for (const path of ['/same-a', '/same-b', '/first', '/second']) expect(await statuses(path, 2)).toEqual([200, 429])
  })

  it('charges no limit for a request that another refuses', async () => {
    const { statuses, get, app: nest } = await app()
    expect(await statuses('/several/closed', 5)).toEqual([429, 429, 429, 429, 429])
    expect(await statuses('/several/api', 1)).toEqual([200])
    const busy = get('/several/busy')
    await expect.poll(() => nest.get(Spillway).concurrencyLimit('single').snapshot().inflight).toBe(1)
    expect(await statuses('/several/busy', 3)).toEqual([503, 503, 503])
    held.resolve()
    expect((await busy).status).toBe(200)
    expect(await statuses('/several/api', 2)).toEqual([200, 429])
  })

  it('names every quota in the headers of an answer, and the one that is used up in those of a refusal', async () => {
    const { get } = await app()
    const { headers } = await get('/several/open')
    expect(headers.get('ratelimit-policy')).toBe('"api";q=3;w=3600, "slow";q=5;w=3600')
    expect(headers.get('ratelimit')).toMatch(/^"api";r=2;t=\d+, "slow";r=4;t=\d+$/)
    const refused = await get('/several/closed')
    expect(refused.headers.get('ratelimit-policy')).toContain('"closed"')
    expect(await refused.json()).toMatchObject({ 'violated-policies': ['closed'] })
  })

  it('skips everything, or what is named', async () => {
    const { statuses } = await app()
    expect(await statuses('/skips/all', 1)).toEqual([200])
    expect(await statuses('/skips/closed', 1)).toEqual([200])
    expect(await statuses('/skips/other', 1)).toEqual([429])
    expect(await statuses('/skipped/free', 1)).toEqual([200])
    expect(await statuses('/skipped/own', 2)).toEqual([200, 429])
  })

  it('charges what the decorator says, and one where that is nonsense', async () => {
    const { statuses, get } = await app()
    expect(await statuses('/cost/two', 2)).toEqual([200, 429])
    expect(await statuses('/cost/one', 2)).toEqual([200, 429])
    const costs = async (cost: string): Promise<number> =>
      (await get('/cost/header', { headers: { 'x-cost': cost } })).status
    expect([await costs('3'), await costs('2'), await costs('nonsense'), await costs('1')]).toEqual([
      200, 429, 200, 429,
    ])
  })

  it('lets handlers throw exceptions of their own, or only look', async () => {
    const { get } = await app()
    const thrown = await get('/handled/throws')
    expect([thrown.status, await thrown.json()]).toMatchObject([400, { message: 'in my words' }])
    const looked = await get('/handled/looks')
    expect([looked.status, await looked.json()]).toMatchObject([429, { status: 429 }])
    const text = await get('/handled/text')
    expect([text.status, await text.json()]).toMatchObject([429, { message: 'in text' }])
  })

  it('loses no place when a later guard denies', async () => {
    const { statuses, app: nest } = await app()
    expect(await statuses('/handled/denied', 3)).toEqual([403, 403, 403])
    expect(nest.get(Spillway).concurrencyLimit('single').snapshot().inflight).toBe(0)
  })

  it('leaves the answer to a filter of the user, with the headers set', async () => {
    const { get } = await app()
    await get('/filtered')
    const answer = await get('/filtered')
    expect([answer.status, await answer.json()]).toMatchObject([418, { mine: 'rate' }])
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(answer.headers.get('ratelimit')).toContain('r=0')
  })

  it('refuses requests with a body, and puts quotas where it is told', async () => {
    const { get } = await app()
    const body = JSON.stringify({ large: 'x'.repeat(10_000) })
    const refused = await get('/body', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      429,
      expect.stringMatching(/^application\/problem\+json/),
    ])
    expect(await (await get('/body/quota')).text()).toBe('4')
  })
})

describe('decorators that make no sense', () => {
  it.each([
    ['an unknown name', RateLimit('unknown'), /"unknown" is no name in option "rateLimits", which has "api"/],
    ['an unknown place', ConcurrencyLimit('api'), /"api" is no name in option "concurrencyLimits", which has none/],
    ['a bad rate', RateLimit({ limit: -1 }), /rateLimit: option "limit"/],
    ['a bad number of places', ConcurrencyLimit(0), /concurrencyLimit: option "limit"/],
  ])('does not start an app with %s', async (_what, decorator, message) => {
    @Controller()
    class Wrong {
      @Get()
      get(): string {
        return 'never'
      }
    }
    decorator(Wrong)
    const module = moduleOf({
      imports: [SpillwayModule.forRoot({ rateLimits: { api: { limit: 1 } } })],
      controllers: [Wrong],
    })
    await expect(start(module)).rejects.toThrow(message)
  })

  it('does not accept a cost below 0', () => {
    expect(() => Cost(-1)).toThrow(RangeError)
  })
})
