/** Refusals and headers as responses of the Fetch API. */
import type { Refusal } from '../policy.ts'
import { toHeaders } from '../refusal/header-list.ts'

/** What is ready to be written, as a response. */
export function toResponse({ status, headers, body }: Refusal): Response {
  return new Response(body === '' ? null : body, { status, headers: toHeaders(headers) })
}

/** The response with these headers set: the same one, unless its headers must not be changed, as those that `fetch` returned. */
export function withHeaders(response: Response, list: readonly string[]): Response {
  if (isUpgraded(response)) return response
  try {
    setHeaders(response, list)
    return response
  } catch {
    const copy = new Response(response.body, response)
    setHeaders(copy, list)
    return copy
  }
}

function setHeaders({ headers }: Response, list: readonly string[]): void {
  for (let i = 0; i + 1 < list.length; i += 2) headers.set(list[i] as string, list[i + 1] as string)
}

/** It speaks another protocol from here on: a WebSocket of workerd, or a switch of protocols; 0 is an error without a status. */
export function isUpgraded(response: Response): boolean {
  return response.status < 200 || ((response as { webSocket?: unknown }).webSocket ?? undefined) !== undefined
}

/** Server-sent events go on for as long as somebody listens: how long says nothing about load. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

/** Up to this many bytes of unread request body are worth the connection. */
const drainableBytes = 65_536

/**
 * Sees to it that a client need not be listened to after it was refused. Nobody is going to read its body: servers that are told so of a
 * short one keep the connection, and else close it. With a long one the connection goes, where the server heeds what HTTP/1 says of that.
 */
export function afterRefusal(request: Request, response: Response): Response {
  const { headers } = request
  const length = Number(headers.get('content-length') ?? 0)
  if (length > drainableBytes || headers.has('transfer-encoding')) return withHeaders(response, ['Connection', 'close'])
  // Fails when somebody reads it: then it is read.
  if (length > 0 && !request.bodyUsed) request.body?.cancel().catch(() => {})
  return response
}
