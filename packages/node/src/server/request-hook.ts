/** Stands between a server and whoever listens to its requests, without being one of them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtectableServer } from './action.ts'

/** What comes to a hook; `checkContinue` is a request whose body waits for our word. */
export type RequestEvent = 'request' | 'checkContinue'

/** Decides about a request; `proceed` hands it on to the listeners. */
export interface RequestHook {
  (event: RequestEvent, req: IncomingMessage, res: ServerResponse, proceed: () => void): void
}

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean

/**
 * Calls `hook` in place of the listeners of `request` and `checkContinue`, those that are there and those that come later, until the
 * returned function is called. It puts an `emit` of its own on the server: the list of listeners stays as it is, so `on`, `off`, `once` and
 * `listeners` do what they always did. What others have put there before is called for everything that proceeds.
 */
export function hookRequests(server: ProtectableServer, hook: RequestHook): () => void {
  const target = server as unknown as { emit: Emit }
  const hadOwn = Object.hasOwn(target, 'emit')
  const before = target.emit
  let isActive = true
  const emit: Emit = function emitHooked(this: unknown, event, ...args) {
    if (!isActive || (event !== 'request' && event !== 'checkContinue')) return before.call(this, event, ...args)
    const req = args[0] as IncomingMessage
    const res = args[1] as ServerResponse
    hook(event, req, res, () => {
      if (before.call(server, event, req, res) || event === 'request') return
      // Whoever wanted to be asked has gone while it waited: it goes on as node lets it.
      res.writeContinue()
      before.call(server, 'request', req, res)
    })
    return true
  }
  target.emit = emit
  return () => {
    isActive = false
    // Somebody who came later calls ours: it stays, and only passes on.
    if (target.emit !== emit) return
    if (hadOwn) target.emit = before
    else Reflect.deleteProperty(target, 'emit')
  }
}
