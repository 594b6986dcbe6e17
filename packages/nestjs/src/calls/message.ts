/** Messages of gateways and microservices, in the shape of requests. */
import type { ExecutionContext } from '@nestjs/common'
import type { Plan } from '../plan.ts'

/** What callbacks see of a message. */
export class MessageRequest {
  readonly method: 'WS' | 'RPC'
  /** The pattern: text as it is, anything else as JSON. */
  readonly url: string
  /** Empty: messages have none that every transport knows. */
  readonly headers: Readonly<Record<string, string>> = {}
  /** Address of the peer, where the transport tells. */
  readonly ip: string | undefined
  /** Of a gateway: the client's socket. Of a microservice: the context of its transport. */
  readonly client: unknown
  readonly data: unknown
  readonly plan: Plan

  constructor(context: ExecutionContext, plan: Plan) {
    const isWs = context.getType() === 'ws'
    this.method = isWs ? 'WS' : 'RPC'
    this.client = isWs ? context.switchToWs().getClient() : context.switchToRpc().getContext()
    this.data = isWs ? context.switchToWs().getData() : context.switchToRpc().getData()
    this.url = `/${patternOf(context, this.client)}`
    this.ip = addressOf(this.client)
    this.plan = plan
  }
}

function patternOf(context: ExecutionContext, client: unknown): string {
  const pattern: unknown =
    context.getType() === 'ws'
      ? context.switchToWs().getPattern()
      : (client as { getPattern?: () => unknown } | undefined)?.getPattern?.()
  return typeof pattern === 'string' ? pattern : (JSON.stringify(pattern) ?? '')
}

/** Where the libraries that Nest knows keep the address of the peer: ws, socket.io, and the TCP transport. */
interface Peer {
  readonly ['_socket']?: { readonly remoteAddress?: string } | null
  readonly handshake?: { readonly address?: string }
  getSocketRef?(): { readonly socket?: { readonly remoteAddress?: string } }
}

/** The address of the peer of a message, where its transport tells. */
export function addressOf(client: unknown): string | undefined {
  const peer = (client ?? {}) as Peer
  const socket = peer['_socket'] ?? peer.getSocketRef?.().socket
  return socket?.remoteAddress ?? peer.handshake?.address
}

/** What is emitted when a client of a gateway leaves: `close` by ws, `disconnect` by socket.io. */
interface Leaving {
  once?(event: 'close' | 'disconnect', listener: () => void): unknown
}

const listening = new WeakMap<object, Set<() => void>>()

/**
 * Calls `left` when the client of a gateway leaves; returns how to stop that. One listener per client, however many messages it has: eleven
 * would set off the warning of a leak.
 */
export function onDeparture(client: unknown, left: () => void): () => void {
  if (typeof client !== 'object' || client === null || typeof (client as Leaving).once !== 'function') return () => {}
  let all = listening.get(client)
  if (all === undefined) {
    const created = new Set<() => void>()
    listening.set(client, (all = created))
    const event = 'handshake' in client ? 'disconnect' : 'close'
    ;(client as Leaving).once?.(event, () => {
      for (const each of created) each()
    })
  }
  all.add(left)
  return () => void all.delete(left)
}
