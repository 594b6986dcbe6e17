/** Ends a rising share of connections after their next answer, so that a balancer may send their clients elsewhere. */
import type { ServerResponse } from 'node:http'
import type { Millis, PressureScale, Random } from '@spillway/core'
import type { ActionContext, ServerAction } from './action.ts'
import { endConnectionAfter } from './end-connection.ts'

/** `Connection: close` on a share of the answers of HTTP/1; the session of an HTTP/2 answer is asked to end. */
export class KeepAliveShedding implements ServerAction {
  readonly scale: PressureScale | undefined
  #random: Random = () => 1
  #share = 0

  constructor(scale: PressureScale | undefined) {
    this.scale = scale
  }

  start({ random }: ActionContext): void {
    this.#random = random
  }

  apply(level: number, _now: Millis): void {
    this.#share = level
  }

  request(_req: unknown, res: ServerResponse): void {
    if (this.#share > 0 && this.#random() < this.#share) endConnectionAfter(res)
  }
}
