/** What takes long: a report that can wait until night, a feed that goes on for ever, and uploads. */
import {
  Controller,
  Get,
  type MessageEvent,
  PayloadTooLargeException,
  Post,
  Req,
  Res,
  Sse,
  StreamableFile,
} from '@nestjs/common'
import { reportsAtOnce, Shop, TooLarge } from '@spillway/demo-kit/shop'
import { ConcurrencyLimit, Priority, SkipOverloadControl } from '@spillway/nestjs'
import type { Request, Response } from 'express'
import { Readable } from 'node:stream'
import { from, map, type Observable } from 'rxjs'

@Controller()
export class StreamController {
  readonly #shop: Shop

  constructor(shop: Shop) {
    this.#shop = shop
  }

  @Get('report')
  @Priority('sheddable')
  @ConcurrencyLimit(reportsAtOnce)
  report(): StreamableFile {
    return new StreamableFile(Readable.from(this.#shop.report(), { objectMode: false }), { type: 'text/csv' })
  }

  @Sse('feed')
  @SkipOverloadControl()
  feed(): Observable<MessageEvent> {
    return from(this.#shop.prices()).pipe(map((data) => ({ data })))
  }

  @Post('upload')
  async upload(@Req() req: Request, @Res({ passthrough: true }) res: Response): Promise<{ bytes: number }> {
    try {
      // The iterator must not take the connection with it, for there is an answer to be sent.
      const bytes = await this.#shop.upload(req.iterator({ destroyOnReturn: false }), req.get('content-length'))
      return { bytes }
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      res.set('Connection', 'close')
      throw new PayloadTooLargeException(error.message)
    }
  }
}
