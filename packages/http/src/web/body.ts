/** Watches a body on its way out: the same bytes, and word when they have ended. */

/** Told exactly once; `completed` is false when the reader left, or the source failed. Must not throw. */
export type BodyEnd = (completed: boolean) => void

type Bytes = Uint8Array<ArrayBuffer>
type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Bytes>['read']>>

/** Turns of the microtask queue in which what is in memory is read; measured: 2 on Node.js and Deno, 1 on Bun, and some to hear of it. */
const soonTurns = 8

/**
 * Passes a body on, one chunk for each that is asked for. It asks the source for one more, so that it knows of the end as soon as the source
 * has said everything, like `prefinish` of Node.js: a client that reads slowly holds nothing. So at most two chunks stand in it.
 */
class WatchedBody {
  readonly #reader: ReadableStreamDefaultReader<Bytes>
  #end: BodyEnd | undefined
  #first: Bytes | undefined
  #ahead: Promise<Chunk> | undefined

  constructor(body: ReadableStream<Bytes>, end: BodyEnd) {
    this.#reader = body.getReader()
    this.#end = end
  }

  /** All of the body, if it is one chunk that is there already: then it need not be a stream. */
  async whole(): Promise<Bytes | undefined> {
    const first = await soon(this.#readAhead())
    if (first === undefined) return undefined
    if (first.done) return new Uint8Array(0)
    this.#first = first.value
    const second = await soon(this.#readAhead())
    return second?.done === true ? first.value : undefined
  }

  async pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    const first = this.#first
    if (first !== undefined) {
      this.#first = undefined
      return controller.enqueue(first)
    }
    const chunk = await (this.#ahead ?? this.#readAhead())
    if (chunk.done) return controller.close()
    controller.enqueue(chunk.value)
    void this.#readAhead()
  }

  async cancel(reason: unknown): Promise<void> {
    this.#over(false)
    await this.#reader.cancel(reason)
  }

  #readAhead(): Promise<Chunk> {
    const chunk = this.#reader.read()
    this.#ahead = chunk
    // Who pulls next hears of a failure; until then nobody listens.
    chunk.then(
      ({ done }) => done && this.#over(true),
      () => this.#over(false),
    )
    return chunk
  }

  #over(completed: boolean): void {
    const end = this.#end
    this.#end = undefined
    end?.(completed)
  }
}

/** What the promise gives within a few turns of the microtask queue. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  const found: T[] = []
  promise.then(
    (value) => found.push(value),
    () => {},
  )
  for (let turn = 0; found.length === 0 && turn < soonTurns; turn++) await Promise.resolve()
  return found[0]
}

/**
 * The same bytes, in a form that tells `end` when the last of them was read, the reader left, or the source failed. What is in memory
 * already is over at once, and stays what servers send fastest; everything else becomes a stream. Locks `body`.
 */
export async function watchBody(body: ReadableStream<Bytes>, end: BodyEnd): Promise<Bytes | ReadableStream<Bytes>> {
  const watched = new WatchedBody(body, end)
  return (await watched.whole()) ?? new ReadableStream<Bytes>(watched)
}
