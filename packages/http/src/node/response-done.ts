/** When a response is over: the one place that knows how `node:http` and its HTTP/2 twin say so. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Somebody who wants to know the end of one response. An object instead of a function, so that nobody needs a closure per request. */
export interface ResponseListener {
  /**
   * Called exactly once, and it must not throw. `completed` is true when the handler gave its whole answer, and false when the
   * client left before, or when the server has no way to answer (an upgraded or hijacked connection that was closed).
   */
  done(completed: boolean): void
}

const listening: unique symbol = Symbol('spillway.response.listening')
const pipelinedOn: unique symbol = Symbol('spillway.response.pipelinedOn')

/** One listener, or several: most responses have one, and an array for it would be an allocation. */
interface Watched extends ServerResponse {
  [listening]?: ResponseListener | ResponseListener[] | undefined
  [pipelinedOn]?: Set<Watched>
}

/**
 * Tells `listener` when the response is over. Call it synchronously, before anything is awaited: nothing is emitted for a client
 * that has left already, so a late caller is told at once, from within this call.
 *
 * - A complete answer is over at `prefinish`, when the handler has called `end()`: what comes after it is the client's download,
 *   and a client that reads slowly must neither hold a slot nor make the server look slow. HTTP/2 has no `prefinish`; there it is `close`.
 * - Everything else is over at `close`: `finish` never comes when a client hangs up.
 * - A pipelined response has no socket before its turn, and emits nothing at all if the connection dies first: its socket is watched instead.
 *
 * Never patches `end`, and adds at most two listeners per response, however many callers there are.
 */
export function onResponseDone(req: IncomingMessage, res: ServerResponse, listener: ResponseListener): void {
  const watched: Watched = res
  const before = watched[listening]
  if (before !== undefined) {
    if (Array.isArray(before)) before.push(listener)
    else watched[listening] = [before, listener]
    return
  }
  if (isOver(res)) return listener.done(res.writableFinished)
  watched[listening] = listener
  if (req.httpVersionMajor < 2) {
    res.on('prefinish', completed)
    if (res.socket === null) watchPipelined(req.socket, watched)
  }
  res.on('close', closed)
}

/** Whoever listens to the end of this response; a single one is not wrapped in an array. */
export function responseListeners(res: ServerResponse): ResponseListener | readonly ResponseListener[] | undefined {
  return (res as Watched)[listening]
}

/** True when nothing can be sent on this response any more: it was sent, or the client has left. */
export function isOver(res: ServerResponse): boolean {
  if (res.writableFinished || res.destroyed || res.closed) return true
  // why: the HTTP/2 twin has neither `destroyed` nor `closed`, but a stream that has the former.
  return (res as { stream?: { destroyed?: boolean } }).stream?.destroyed === true
}

// Static functions that find their state on the emitter: a closure, and the wrapper of `once`, would be made per request.
function completed(this: Watched): void {
  finish(this, true)
}

function closed(this: Watched): void {
  // why: where 'prefinish' was not heard (HTTP/2, other runtimes) `writableFinished` tells; but HTTP/2 says so of a reset stream, too.
  const reset = (this as { stream?: { rstCode?: number } }).stream?.rstCode ?? 0
  finish(this, this.writableFinished && reset === 0)
}

function finish(res: Watched, isCompleted: boolean): void {
  const listeners = res[listening]
  if (listeners === undefined) return
  res[listening] = undefined
  res[pipelinedOn]?.delete(res)
  if (!Array.isArray(listeners)) return listeners.done(isCompleted)
  for (const listener of listeners) listener.done(isCompleted)
}

/** One listener per socket, however many requests a client pipelines: eleven would set off the warning of a leak. */
const waitingForTurn = new WeakMap<Socket, Set<Watched>>()

function watchPipelined(socket: Socket | null, res: Watched): void {
  if (socket === null || socket.destroyed) return finish(res, false)
  let waiting = waitingForTurn.get(socket)
  if (waiting === undefined) {
    const created = new Set<Watched>()
    waitingForTurn.set(socket, (waiting = created))
    socket.once('close', () => {
      for (const each of created) finish(each, false)
    })
  }
  waiting.add(res)
  res[pipelinedOn] = waiting
}
