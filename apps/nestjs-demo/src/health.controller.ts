/** Health for whoever routes traffic: never shed. */
import { Controller, Get } from '@nestjs/common'
import { InjectSpillway, SkipOverloadControl, type Spillway } from '@spillway/nestjs'

@Controller()
@SkipOverloadControl()
export class HealthController {
  readonly #spillway: Spillway

  constructor(@InjectSpillway() spillway: Spillway) {
    this.#spillway = spillway
  }

  @Get('live')
  live(): { live: boolean } {
    return { live: true }
  }

  @Get('ready')
  ready(): object {
    return this.#spillway.assertReady()
  }
}
