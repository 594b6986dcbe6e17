/** One app for @nestjs/throttler and for ours. */
import { Controller, type ExecutionContext, Get, type Type } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import * as theirs from '@nestjs/throttler'
import { SpillwayModule } from '@spillway/nestjs'
import * as ours from '@spillway/nestjs/throttler'
import { moduleOf } from './app.ts'

/** What an app imports. */
type Package = Pick<typeof theirs, 'Throttle' | 'SkipThrottle' | 'minutes' | 'seconds'>

/** The options that both take. */
export type Options = theirs.ThrottlerModuleOptions

/** One app, written for whichever package. */
export function controllerOf({ Throttle, SkipThrottle, minutes, seconds }: Package): Type {
  @Controller()
  class App {
    @Get('plain')
    plain(): string {
      return 'plain'
    }

    @Get('other')
    other(): string {
      return 'other'
    }

    @Throttle({ default: { limit: 2, ttl: minutes(10) } })
    @Get('two')
    two(): string {
      return 'two'
    }

    @Throttle({ long: { limit: 1, ttl: minutes(10), blockDuration: minutes(20) } })
    @Get('long')
    long(): string {
      return 'long'
    }

    @SkipThrottle()
    @Get('skipped')
    skipped(): string {
      return 'skipped'
    }

    @SkipThrottle({ default: true, long: true })
    @Get('free')
    free(): string {
      return 'free'
    }

    @Throttle({ default: { limit: (context) => limitOf(context), ttl: async () => seconds(600) } })
    @Get('function')
    function(): string {
      return 'function'
    }

    @Throttle({
      default: { getTracker: (req) => userOf(req), limit: 1 },
    })
    @Get('tracked')
    tracked(): string {
      return 'tracked'
    }

    @Throttle({ default: { generateKey: () => 'together', limit: 1 } })
    @Get('key-a')
    keyA(): string {
      return 'a'
    }

    @Throttle({ default: { generateKey: () => 'together', limit: 1 } })
    @Get('key-b')
    keyB(): string {
      return 'b'
    }

    @Throttle({ default: { limit: 1, ttl: minutes(10) } })
    @Get('agent')
    agent(): string {
      return 'agent'
    }
  }
  return App
}

export function userOf(req: object): string {
  return String((req as { headers: Record<string, string> }).headers['x-user'])
}

export function limitOf(context: ExecutionContext): number {
  return Number(context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-limit'] ?? 1)
}

export const lists: theirs.ThrottlerOptions[] = [
  { limit: 3, ttl: 600_000 },
  { name: 'long', limit: 4, ttl: 1_200_000 },
]

export type Setup = 'theirs' | 'our module' | 'our guard on their decorators' | 'our guard on our decorators'

export function moduleFor(setup: Setup, options: Options): Type {
  if (setup === 'theirs') {
    return moduleOf({
      imports: [theirs.ThrottlerModule.forRoot(options)],
      controllers: [controllerOf(theirs)],
      providers: [{ provide: APP_GUARD, useClass: theirs.ThrottlerGuard }],
    })
  }
  if (setup === 'our module') {
    return moduleOf({
      imports: [ours.ThrottlerModule.forRoot(options)],
      controllers: [controllerOf(ours)],
      providers: [{ provide: APP_GUARD, useClass: ours.ThrottlerGuard }],
    })
  }
  return moduleOf({
    imports: [SpillwayModule.forRoot({ throttlers: options })],
    controllers: [controllerOf(setup.endsWith('our decorators') ? ours : theirs)],
  })
}

export const setups: readonly Setup[] = ['our module', 'our guard on their decorators', 'our guard on our decorators']
