/** What the shop does, without any framework: what each demo puts routes around. */
import { setTimeout as pause } from 'node:timers/promises'
import { products, recommend, searchPage, type Product } from './catalogue.ts'
import { SlowDatabase } from './database.ts'

/** An upload that is larger than the shop takes. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
  readonly status = 413
}

/** One event of the feed. */
export type Price = Pick<Product, 'id' | 'cents'>

/** The largest upload, in bytes. */
export const maxUploadBytes = 1_000_000

const tooLarge = `an upload may have ${maxUploadBytes} bytes`
const reportLines = 40
const reportLineMs = 5
const priceMs = 250

/** One shop. Its methods cost what such things cost: the catalogue the processor, orders and logins a database with a small pool. */
export class Shop {
  readonly #database = new SlowDatabase()

  /** The first page of the catalogue: cheap. */
  list(): readonly Product[] {
    return products.slice(0, 20)
  }

  /** One product: cheap. */
  find(id: number): Product | undefined {
    return products[id - 1]
  }

  /** A page of results, rendered: some milliseconds of processor time. */
  search(query: string): string {
    return searchPage(query)
  }

  /** What goes with a product: a page can do without. */
  recommend(id: number): readonly Product[] {
    return recommend(id, 5)
  }

  /** Stock and delivery dates, before an order. */
  async quote(): Promise<{ inStock: boolean; deliveryDays: number }> {
    await this.#database.query()
    return { inStock: true, deliveryDays: 2 }
  }

  async order(): Promise<{ ordered: boolean }> {
    await this.#database.query()
    return { ordered: true }
  }

  async login(): Promise<void> {
    await this.#database.query()
  }

  /** A report of all sales as lines of CSV, slowly: whoever wants it can also have it at night. */
  async *report(): AsyncGenerator<string> {
    yield 'id,name,cents\n'
    for (const { id, name, cents } of products.slice(0, reportLines)) {
      await pause(reportLineMs)
      yield `${id},${name},${cents}\n`
    }
  }

  /** Prices as they change, for as long as somebody listens. */
  async *prices(): AsyncGenerator<Price> {
    for (let i = 0; ; i = (i + 1) % products.length) {
      const { id, cents } = products[i] as Product
      yield { id, cents }
      await pause(priceMs)
    }
  }

  /** The same as text of server-sent events. */
  async *feed(): AsyncGenerator<string> {
    for await (const price of this.prices()) yield `data: ${JSON.stringify(price)}\n\n`
  }

  /**
   * Takes an upload and says how many bytes it had. Throws {@link TooLarge} as soon as it is, which is before anything was read where
   * its sender says how long it is.
   */
  async upload(body: AsyncIterable<Uint8Array> | null, declaredLength?: string | null): Promise<number> {
    if (Number(declaredLength ?? 0) > maxUploadBytes) throw new TooLarge(tooLarge)
    let bytes = 0
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength
      if (bytes > maxUploadBytes) throw new TooLarge(tooLarge)
    }
    return bytes
  }
}
