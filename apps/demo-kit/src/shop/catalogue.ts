/** The goods of the shop, and the pages that show them: real work, so that a busy core makes it take longer and not count for more. */

export interface Product {
  readonly id: number
  readonly name: string
  readonly about: string
  readonly cents: number
}

const colours = ['amber', 'black', 'blue', 'copper', 'green', 'ivory', 'red', 'silver', 'teal', 'white']
const things = ['bottle', 'chair', 'clock', 'desk', 'kettle', 'lamp', 'mug', 'notebook', 'shelf', 'vase', 'watch']
const makers = ['Aldous & Sons', 'Brück', 'Cedar Works', 'Dœrfel', 'Ember "Original"', 'Fjord', 'Granite <Home>']

/** Enough for a search to keep a core busy for some 8 ms, as a page that is rendered on the server does. */
const size = 20_000

function make(id: number): Product {
  const colour = colours[id % colours.length] ?? ''
  const thing = things[id % things.length] ?? ''
  const maker = makers[id % makers.length] ?? ''
  const about = `A ${colour} ${thing} by ${maker}, number ${id} of our catalogue, made to be used every day & to last.`
  return { id, name: `${colour} ${thing} no. ${id}`, about, cents: 500 + ((id * 7919) % 20_000) }
}

export const products: readonly Product[] = Array.from({ length: size }, (_, index) => make(index + 1))

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
}

function price(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')} EUR`
}

function score({ name, about }: Product, words: readonly string[]): number {
  const title = name.toLowerCase()
  const text = about.toLowerCase()
  return words.reduce((sum, word) => sum + (title.includes(word) ? 3 : 0) + (text.includes(word) ? 1 : 0), 0)
}

function item({ id, name, about, cents }: Product): string {
  return `<li id="p${id}"><b>${escape(name)}</b> ${price(cents)}<p>${escape(about)}</p></li>`
}

/** Ranks the whole catalogue by the words of a query and renders it. What searches cost is why they are the first to fill a core. */
export function searchPage(query: string): string {
  const words = query.toLowerCase().split(/\s+/).slice(0, 8)
  const ranked = products
    .map((product) => ({ product, points: score(product, words) }))
    .sort((a, b) => b.points - a.points || a.product.cents - b.product.cents)
  const found = ranked.filter(({ points }) => points > 0)
  const rows = found.slice(0, 200).map(({ product }) => item(product))
  return `<!doctype html><title>${escape(query)}</title><h1>${found.length} found</h1><ol>${rows.join('')}</ol>`
}

/** Products that go with one, or with the first if there is no such product: a page can do without them, so they are what is shed first. */
export function recommend(id: number, count: number): readonly Product[] {
  const words = (products[id - 1] ?? products[0]!).name.split(' ').slice(0, 2)
  return products
    .slice(0, products.length >> 2)
    .map((product) => ({ product, points: score(product, words) }))
    .sort((a, b) => b.points - a.points)
    .slice(0, count)
    .map(({ product }) => product)
}
