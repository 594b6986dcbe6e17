/** Controllers whose refusals are answered in several ways. */
import { BadRequestException, Catch, Controller, Get, Post, Res, UseFilters, UseGuards } from '@nestjs/common'
import type { ArgumentsHost, CanActivate, ExceptionFilter } from '@nestjs/common'
import { ConcurrencyLimit, RateLimit, SpillwayException, SpillwayGuard } from '@spillway/nestjs'

const windowMs = 3_600_000
const never = { limit: 0, windowMs }

class Denying implements CanActivate {
  canActivate(): boolean {
    return false
  }
}

@Controller('handled')
export class HandledController {
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
export class FilteredController {
  @UseFilters(Filter)
  @RateLimit({ limit: 1, windowMs })
  @Get()
  get(): string {
    return 'once'
  }
}

@Controller('body')
export class BodyController {
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
