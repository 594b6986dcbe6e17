/** The option `handler`: what adapters let their users do with refusals. */
import { checkFunction } from '@spillway/core'

/** Taken by every adapter; the arguments of `Handler` are those of the framework's own middleware, then {@link RefusalDetails}. */
export interface HandlerOption<Handler> {
  /**
   * Answers refusals instead of the problem document. Status and headers are set already, all but those that describe the body.
   * What it throws goes to the framework's error handling. Not with `mode: 'error'`, nor with `message`.
   */
  readonly handler?: Handler
}

/** Takes the option `handler` out, so that the rest can go to a policy. Throws a TypeError for a handler that makes no sense. */
export function takeHandler<Handler, Options extends HandlerOption<Handler>>(
  owner: string,
  options: Options & HandlerOption<Handler>,
): { readonly handler: Handler | undefined; readonly rest: Omit<Options, 'handler'> } {
  const { handler, ...rest } = options
  if (handler === undefined) return { handler, rest }
  checkFunction(owner, 'handler', handler)
  const { mode, message } = rest as { mode?: unknown; message?: unknown }
  if (mode === 'error') throw new TypeError(`${owner}: options "handler" and "mode": "error" exclude each other`)
  if (message !== undefined) throw new TypeError(`${owner}: options "handler" and "message" exclude each other`)
  return { handler, rest }
}
