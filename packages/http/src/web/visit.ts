/** One request of the Fetch API at one policy, from its admission to the end of its body. */
import type { HttpPolicy } from '../policy.ts'
import type { HttpTicket } from '../ticket.ts'
import { watchBody } from './body.ts'
import type { WebNext } from './guard.ts'
import { isEventStream, isUpgraded, withHeaders } from './respond.ts'

/** Its own listener, so that nobody needs a closure per request. */
export class WebVisit<Req> {
  readonly ticket: HttpTicket<Req>
  readonly raw: Request
  readonly #policy: HttpPolicy<Req>
  #state: 'waiting' | 'running' | 'over' = 'waiting'

  constructor(policy: HttpPolicy<Req>, ticket: HttpTicket<Req>, raw: Request) {
    this.#policy = policy
    this.ticket = ticket
    this.raw = raw
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** Hears of a client that leaves from now on. */
  listen(): void {
    this.#signal?.addEventListener('abort', this)
  }

  /** The signal of the request: its client has left. */
  handleEvent(): void {
    if (this.#state === 'waiting') {
      this.close()
      this.#policy.cancel(this.ticket)
    } else this.#end(0)
  }

  /** Nothing is to be given back any more. */
  close(): void {
    this.#state = 'over'
    this.#signal?.removeEventListener('abort', this)
  }

  /** Runs without looking at the end: nothing is to be given back then. */
  pass(next: WebNext): Response | Promise<Response> {
    this.#state = 'over'
    this.#policy.leave(this.ticket, 'ignored')
    const headers = this.#policy.admitHeaders(this.ticket)
    return headers === undefined ? next() : decorate(next, headers)
  }

  async proceed(next: WebNext): Promise<Response> {
    this.#state = 'running'
    const headers = this.#policy.admitHeaders(this.ticket)
    try {
      return await this.#watch(headers === undefined ? await next() : await decorate(next, headers))
    } catch (error) {
      this.#end(500)
      throw error
    }
  }

  /** The response to send: with a body that tells of its end, where that matters. */
  async #watch(response: Response): Promise<Response> {
    if (this.#state === 'over') return response
    if (isUpgraded(response)) {
      // A connection that speaks another protocol lives for minutes and is no work in flight.
      this.#leave('ignored')
      return response
    }
    const { body, status } = response
    const isSample = !isEventStream(response)
    if (body === null || body.locked || this.raw.method === 'HEAD') {
      this.#end(status)
      return response
    }
    const watched = await watchBody(body, (completed) => {
      if (completed && !isSample) this.#leave('ignored')
      else this.#end(completed ? status : 0)
    })
    return new Response(watched, response)
  }

  /** 0 is an answer that was not completed. */
  #end(status: number): void {
    if (this.#state === 'running') this.#leave(this.#policy.outcome(this.ticket, status))
  }

  #leave(outcome: Parameters<HttpPolicy<Req>['leave']>[1]): void {
    if (this.#state !== 'running') return
    this.close()
    this.#policy.leave(this.ticket, outcome)
  }

  get #signal(): AbortSignal | undefined {
    return (this.raw as { readonly signal?: AbortSignal }).signal
  }
}

async function decorate(next: WebNext, headers: readonly string[]): Promise<Response> {
  return withHeaders(await next(), headers)
}
