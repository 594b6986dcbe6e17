/** Refusals and headers as responses of the Fetch API. */
import type { Refusal } from '../policy.ts'

/** What needs no answer is answered all the same: frameworks want a response, and this one has no body to write. */
export function toResponse({ status, headers, body }: Refusal): Response {
  return new Response(body === '' ? null : body, { status, headers: toHeaders(headers) })
}

/** Headers of names and values in turn; `unless` leaves out names in lower case. */
export function toHeaders(list: readonly string[], unless?: (name: string) => boolean): Headers {
  const headers = new Headers()
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string
    if (unless?.(name.toLowerCase()) !== true) headers.set(name, list[i + 1] as string)
  }
  return headers
}

/** The response with these headers set: the same one, unless its headers must not be changed, as those that `fetch` returned. */
export function withHeaders(response: Response, list: readonly string[]): Response {
  const changed = isMutable(response) ? response : new Response(response.body, response)
  for (let i = 0; i < list.length; i += 2) changed.headers.set(list[i] as string, list[i + 1] as string)
  return changed
}

const probe = 'x-spillway'

function isMutable({ headers }: Response): boolean {
  try {
    headers.delete(probe)
    return true
  } catch {
    return false
  }
}

/** It speaks another protocol from here on: a WebSocket of workerd, or a switch of protocols; 0 is an error without a status. */
export function isUpgraded(response: Response): boolean {
  return response.status < 200 || (response as { webSocket?: unknown }).webSocket != null
}

/** Server-sent events go on for as long as somebody listens: how long says nothing about load. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}
