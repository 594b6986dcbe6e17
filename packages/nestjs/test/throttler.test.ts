/** The same app with @nestjs/throttler and with ours: it answers the same. */
import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, type Type } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import * as theirs from '@nestjs/throttler'
import { SpillwayModule } from '@spillway/nestjs'
import * as ours from '@spillway/nestjs/throttler'
import { afterEach, describe, expect, it } from 'vitest'
import { controllerOf, limitOf, lists, moduleFor, type Options, setups, userOf } from './throttled.ts'
import { moduleOf, type Platform, platforms, type Running, start } from './app.ts'

const all: Running[] = []
afterEach(async () => {
  for (const running of all.splice(0)) await running.close()
})

async function app(module: Type, platform: Platform = 'express'): Promise<Running> {
  const running = await start(module, platform)
  all.push(running)
  return running
}

/** What an app says to a row of requests: statuses, and the headers of throttlers without their times. */
async function said(
  { get }: Running,
  requests: readonly [path: string, headers?: Record<string, string>][],
): Promise<unknown[]> {
  const answers = []
  for (const [path, headers = {}] of requests) {
    const answer = await get(path, { headers })
    const limits = ['', '-long'].map((suffix) => answer.headers.get(`x-ratelimit-limit${suffix}`))
    const remaining = ['', '-long'].map((suffix) => answer.headers.get(`x-ratelimit-remaining${suffix}`))
    answers.push([path, answer.status, ...(answer.status === 429 ? [await answer.json()] : [limits, remaining])])
  }
  return answers
}

const repeated = (
  count: number,
  path: string,
  headers: Record<string, string> = {},
): [string, Record<string, string>][] => Array.from({ length: count }, () => [path, headers])

describe.each(platforms)('on %s', (platform) => {
  describe.each(setups)('%s', (setup) => {
    it.each<[string, Options, [string, Record<string, string>?][]]>([
      [
        'throttlers for everything, each handler by itself',
        lists,
        [...repeated(5, '/plain'), ...repeated(2, '/other')],
      ],
      ['a decorator in place of the options', lists, [...repeated(4, '/two'), ...repeated(3, '/long')]],
      ['skipping', lists, [...repeated(6, '/skipped'), ...repeated(6, '/free')]],
      ['functions for limits and times', lists, [...repeated(3, '/function', { 'x-limit': '2' })]],
      [
        'trackers',
        lists,
        [...repeated(2, '/tracked', { 'x-user': 'a' }), ...repeated(2, '/tracked', { 'x-user': 'b' })],
      ],
      ['keys', [{ limit: 3, ttl: 600_000 }], [['/key-a'], ['/key-b'], ['/key-a']]],
      [
        'options for all',
        { throttlers: lists, errorMessage: 'slow down', ignoreUserAgents: [/bot/i], setHeaders: false },
        [...repeated(2, '/agent'), ...repeated(4, '/agent', { 'user-agent': 'a bot' })],
      ],
      [
        'a function for the message, and for what is left out',
        {
          throttlers: [{ limit: 1, ttl: 600_000, skipIf: (context) => limitOf(context) === 9 }],
          errorMessage: (_context, { limit }) => `only ${limit}`,
        },
        [...repeated(2, '/plain'), ...repeated(2, '/plain', { 'x-limit': '9' })],
      ],
    ])('answers as @nestjs/throttler: %s', async (_what, options, requests) => {
      const answers = await said(await app(moduleFor(setup, options), platform), requests)
      expect(answers).toEqual(await said(await app(moduleFor('theirs', options), platform), requests))
      const statuses = answers.map((answer) => (answer as [string, number])[1])
      expect(statuses).toContain(200)
    })
  })
})

describe('what is better', () => {
  it('tells handlers of classes with one name apart', async () => {
    const twin = (path: string): Type => {
      @Controller(path)
      class Same {
        @Get()
        get(): string {
          return path
        }
      }
      return Same
    }
    const { statuses } = await app(
      moduleOf({
        imports: [SpillwayModule.forRoot({ throttlers: [{ limit: 1, ttl: 600_000 }] })],
        controllers: [twin('a'), twin('b')],
      }),
    )
    expect(await statuses('/a', 2)).toEqual([200, 429])
    expect(await statuses('/b', 2)).toEqual([200, 429])
  })

  it('charges no throttler for what another refuses, and says when to come back', async () => {
    const options: ours.ThrottlerModuleOptions = [
      { name: 'short', limit: 3, ttl: 600_000, generateKey: () => 'all' },
      { name: 'none', limit: 0, ttl: 600_000, skipIf: (context) => context.getHandler().name === 'other' },
    ]
    const { statuses, get } = await app(moduleFor('our module', options as Options))
    expect(await statuses('/plain', 5)).toEqual([429, 429, 429, 429, 429])
    expect(await statuses('/other', 4)).toEqual([200, 200, 200, 429])
    const { headers } = await get('/plain')
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(headers.get('x-ratelimit-limit-short')).toBe('3')
  })

  it('ignores agents each time, whatever flags their expression has', async () => {
    const options: ours.ThrottlerModuleOptions = [{ limit: 0, ttl: 600_000, ignoreUserAgents: [/bot/g] }]
    const { get } = await app(moduleFor('our module', options as Options))
    for (let i = 0; i < 4; i++) {
      expect((await get('/plain', { headers: { 'user-agent': 'a bot' } })).status).toBe(200)
    }
  })

  it('lets 5 of 1000 requests through that come at once', async () => {
    const { get } = await app(moduleFor('our guard on their decorators', [{ limit: 5, ttl: 600_000 }]))
    const answers = await Promise.all(Array.from({ length: 1000 }, () => get('/plain')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  })

  it('honours decorators without any options', async () => {
    const { statuses } = await app(
      moduleOf({ imports: [SpillwayModule.forRoot()], controllers: [controllerOf(theirs)] }),
    )
    expect(await statuses('/two', 3)).toEqual([200, 200, 429])
    expect(await statuses('/plain', 5)).toEqual([200, 200, 200, 200, 200])
  })

  it('leaves decorators to the guard of throttlers where there is one', async () => {
    const module = moduleOf({ imports: [SpillwayModule.forRoot(), moduleFor('theirs', lists)] })
    const { get } = await app(module)
    expect((await get('/two')).headers.get('x-ratelimit-remaining')).toBe('1')
  })
})

describe('the guard', () => {
  it('has steps that subclasses change', async () => {
    @Injectable()
    class Guard extends ours.ThrottlerGuard {
      protected override getTracker(req: Record<string, never>): Promise<string> {
        return Promise.resolve(userOf(req))
      }
      protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
        return Promise.resolve(context.getHandler().name === 'other')
      }
      protected override getErrorMessage(): Promise<string> {
        return Promise.resolve('in other words')
      }
    }
    const { get, statuses } = await app(
      moduleOf({
        imports: [
          ours.ThrottlerModule.forRootAsync({
            inject: [],
            useFactory: () => Promise.resolve([{ limit: 1, ttl: 600_000 }]),
          }),
        ],
        controllers: [controllerOf(ours)],
        providers: [{ provide: APP_GUARD, useClass: Guard as Type<CanActivate> }],
      }),
    )
    const as = (user: string): Promise<Response> => get('/plain', { headers: { 'x-user': user } })
    expect([(await as('a')).status, (await as('b')).status]).toEqual([200, 200])
    const refused = await as('a')
    expect([refused.status, await refused.json()]).toMatchObject([429, { message: 'in other words' }])
    expect(await statuses('/other', 3)).toEqual([200, 200, 200])
  })

  it('counts in a storage of the user where there is one', async () => {
    const asked: unknown[] = []
    const storage: ours.ThrottlerStorage = {
      increment(...hit) {
        asked.push(hit.slice(1))
        const isBlocked = asked.length > 1
        return Promise.resolve({
          totalHits: asked.length,
          timeToExpire: 10,
          isBlocked,
          timeToBlockExpire: isBlocked ? 7 : 0,
        })
      },
    }
    const options: ours.ThrottlerModuleOptions = { throttlers: [{ limit: 1, ttl: 10_000 }], storage }
    const { get, statuses } = await app(moduleFor('our module', options as Options))
    expect(await statuses('/plain', 1)).toEqual([200])
    expect((await get('/plain')).headers.get('retry-after')).toBe('7')
    expect(asked).toEqual([
      [10_000, 1, 10_000, 'default'],
      [10_000, 1, 10_000, 'default'],
    ])
  })

  it('says what is wrong with a limit that is none', async () => {
    const { statuses } = await app(moduleFor('our module', [{ limit: () => Number.NaN, ttl: 1000 }]))
    expect(await statuses('/plain', 1)).toEqual([500])
  })

  it('knows durations by name', () => {
    const durations = ({ seconds, minutes, hours, days, weeks }: typeof theirs | typeof ours): number[] =>
      [seconds, minutes, hours, days, weeks].map((duration) => duration(3))
    expect(durations(ours)).toEqual(durations(theirs))
  })
})
