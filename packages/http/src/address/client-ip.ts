/** Who is asking, when proxies stand between. */
import { forwardedFor } from './forwarded.ts'
import { parseIp, stripPort } from './parse.ts'
import type { ProxyTrust } from './trust.ts'

/** How much of a forwarding header is read, from its right end: what a long chain of proxies needs, and no more than cheap. */
const maxForwardedLength = 4096

/**
 * The address of the caller as far as trusted proxies vouch for it: walks `X-Forwarded-For` from the right, as long as whoever
 * wrote an entry is trusted, and returns the first address that is not. The leftmost entry is written by the caller and
 * is never taken on faith. An entry that is no address ends the walk at the last one that was.
 *
 * @param peer of the socket
 * @param header value of `X-Forwarded-For`, or of `Forwarded` if `syntax` is `forwarded`
 */
export function clientIp(
  peer: string | undefined,
  header: string | undefined,
  trust: ProxyTrust | undefined,
  syntax: 'list' | 'forwarded' = 'list',
): string | undefined {
  if (trust === undefined || header === undefined || !trust.trusts(peer, 0)) return peer
  const tail = header.length > maxForwardedLength ? header.slice(-maxForwardedLength) : header
  const previous = syntax === 'forwarded' ? fromArray(forwardedFor(tail)) : fromList(tail)
  let client = peer
  for (let hop = 1; ; hop++) {
    const entry = previous()
    const address = entry === undefined ? '' : stripPort(entry)
    if (parseIp(address) === undefined) return client
    client = address
    if (!trust.trusts(address, hop)) return client
  }
}

/** Entries of a comma-separated list from the right, one per call, so that only those that are asked for are cut out. */
function fromList(list: string): () => string | undefined {
  let end = list.length
  return () => {
    if (end < 0) return undefined
    const comma = end === 0 ? -1 : list.lastIndexOf(',', end - 1)
    const entry = list.slice(comma + 1, end)
    end = comma
    return entry
  }
}

function fromArray(entries: readonly string[]): () => string | undefined {
  let at = entries.length
  return () => entries[--at]
}
