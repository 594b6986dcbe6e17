/** An app with every decorator, over HTTP. */
import { Controller, Get, Module } from '@nestjs/common'
import { ConcurrencyLimit, Cost, RateLimit, SkipOverloadControl, SpillwayModule } from '@spillway/nestjs'
import { deferred } from '@spillway/http/conformance'
import { BodyController, FilteredController, HandledController } from './decorated-refusals.ts'

const windowMs = 3_600_000
const never = { limit: 0, windowMs }
/** Ends the handler that waits for it; each app has a new one. */
let held = deferred()

export function hold(): { resolve(): void } {
  held = deferred()
  return held
}

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
export class DecoratedModule {}
