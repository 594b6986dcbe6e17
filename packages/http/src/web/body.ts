/** Watches a body on its way out: the same bytes, and word when they have ended. */

/** Told exactly once; `completed` is false when the reader left, or the source failed. Must not throw. */
export type BodyEnd = (completed: boolean) => void

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>

/**
 * Passes a body on, one chunk for each that is asked for. It asks the source for one more, so that it knows of the end as soon as the source
 * has said everything, like `prefinish` of Node.js: a client that reads slowly holds nothing. So at most two chunks stand in it.
 */
class WatchedBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #end: BodyEnd | undefined
  #ahead: Promise<Chunk> | undefined

  constructor(body: ReadableStream<Uint8Array>, end: BodyEnd) {
    this.#reader = body.getReader()
    this.#end = end
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const chunk = await (this.#ahead ?? this.#read(controller))
    if (chunk.done) return
    controller.enqueue(chunk.value)
    // Failures are reported by the call that reads; nobody may be there to hear of them twice.
    this.#ahead = this.#read(controller)
    this.#ahead.catch(() => {})
  }

  async cancel(reason: unknown): Promise<void> {
    this.#over(false)
    await this.#reader.cancel(reason)
  }

  async #read(controller: ReadableStreamDefaultController<Uint8Array>): Promise<Chunk> {
    try {
      const chunk = await this.#reader.read()
      if (chunk.done && this.#over(true)) controller.close()
      return chunk
    } catch (error) {
      if (this.#over(false)) controller.error(error)
      throw error
    }
  }

  /** False when it was over before. */
  #over(completed: boolean): boolean {
    const end = this.#end
    this.#end = undefined
    end?.(completed)
    return end !== undefined
  }
}

/** A stream of the same bytes that tells `end` when the last of them was read, the reader left, or the source failed. Locks `body`. */
export function watchBody(body: ReadableStream<Uint8Array>, end: BodyEnd): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(new WatchedBody(body, end))
}
