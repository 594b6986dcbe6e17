/** What can be looked at: cheap reads, an expensive search, and what a page can do without. */
import { Controller, Get, Header, NotFoundException, Param, Query } from '@nestjs/common'
import { Shop } from '@spillway/demo-kit/shop'
import { Priority } from '@spillway/nestjs'

@Controller()
export class CatalogueController {
  readonly #shop: Shop

  constructor(shop: Shop) {
    this.#shop = shop
  }

  @Get('products')
  list(): object {
    return this.#shop.list()
  }

  @Get('products/:id')
  find(@Param('id') id: string): object {
    const product = this.#shop.find(Number(id))
    if (product === undefined) throw new NotFoundException('there is no such product')
    return product
  }

  @Get('search')
  @Header('content-type', 'text/html; charset=utf-8')
  search(@Query('q') q: unknown): string {
    return this.#shop.search(typeof q === 'string' ? q : '')
  }

  @Get('recommendations')
  @Priority('sheddable')
  recommend(@Query('for') id: string): object {
    return this.#shop.recommend(Number(id))
  }
}
