/** Where the money comes from: logins that are limited, and orders that go before everything else. */
import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common'
import { accountOf, loginLimits, Shop } from '@spillway/demo-kit/shop'
import { Priority, RateLimit } from '@spillway/nestjs'

const { address, account } = loginLimits

@Controller()
export class CheckoutController {
  readonly #shop: Shop

  constructor(shop: Shop) {
    this.#shop = shop
  }

  @Post('login')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RateLimit({ limits: [address, { ...account, keyGenerator: (req) => accountOf(req.body) }] })
  async login(): Promise<void> {
    await this.#shop.login()
  }

  @Get('checkout')
  @Priority('critical_plus')
  async quote(): Promise<object> {
    return this.#shop.quote()
  }

  @Post('checkout')
  @Priority('critical_plus')
  async order(): Promise<object> {
    return this.#shop.order()
  }
}
