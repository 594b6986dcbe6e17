/** Asks for admission before a client sends its body, where the client waits to be told to. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ActionContext, ServerAction } from './action.ts'

/**
 * Makes Node ask before it says `100 Continue` by itself: a request with `Expect: 100-continue` comes to the control as the event
 * `checkContinue`, and is refused with none of its body read. One that is let in goes on as if nobody had listened, or to the listeners
 * for `checkContinue` that the server has of its own.
 */
export class ExpectContinue implements ServerAction {
  readonly scale = undefined
  #server: EventEmitter | undefined
  // Called for requests that were let in: the hook has asked.
  readonly #go = (req: IncomingMessage, res: ServerResponse): void => {
    const server = this.#server as EventEmitter
    if (server.listenerCount('checkContinue') > 1) return
    res.writeContinue()
    server.emit('request', req, res)
  }

  start({ server }: ActionContext): void {
    this.#server = server
    this.#server.on('checkContinue', this.#go)
  }

  restore(): void {
    this.#server?.off('checkContinue', this.#go)
  }
}
