/** Takes a hit back when the response shows that it was not to be counted. */
import type { ResponseListener } from '@spillway/http/node'
import type { Request, Response } from 'express'
import type { Config } from './config.ts'

interface Hit {
  readonly key: string
  readonly resetTime: Date | undefined
}

/**
 * Waits for the end of one response and for the count of its request, in whichever order they come: a client may leave while the
 * store is still counting.
 */
export class Refund implements ResponseListener {
  readonly #config: Config
  readonly #request: Request
  readonly #response: Response
  #isOver = false
  #completed = false
  #hit: Hit | undefined

  constructor(config: Config, request: Request, response: Response) {
    this.#config = config
    this.#request = request
    this.#response = response
  }

  done(completed: boolean): void {
    this.#isOver = true
    this.#completed = completed
    this.#settle()
  }

  counted(hit: Hit): void {
    this.#hit = hit
    this.#settle()
  }

  #settle(): void {
    const hit = this.#hit
    if (hit === undefined || !this.#isOver) return
    const { logger } = this.#config.options
    this.#giveBack(hit, this.#completed).catch((error: unknown) =>
      logger.error(error, 'express-rate-limit: error during decrement; the request stays counted.'),
    )
  }

  async #giveBack({ key, resetTime }: Hit, completed: boolean): Promise<void> {
    const { options, wallTime, calls } = this.#config
    const isSuccess = completed && (await options.requestWasSuccessful(this.#request, this.#response))
    if (!(isSuccess ? options.skipSuccessfulRequests : options.skipFailedRequests)) return
    // What was counted in a window that is over is gone with it.
    if (resetTime !== undefined && wallTime(0) >= resetTime) return
    await calls.decrement(key)
  }
}
