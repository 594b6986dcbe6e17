/** What draft-8 says of whose quota it is, without saying who. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { parseIp } from '@spillway/http'

/** Known to this process alone: what it makes of an address cannot be found again by trying all addresses. */
const processSecret = randomBytes(32)

/** Bytes of the hash that are sent: 2^96 values, and 16 characters in base64. */
const sentBytes = 12

/**
 * A key as the byte sequence of the parameter `pk`, in base64. Addresses are hashed under a secret (HMAC-SHA-256), for there are few
 * enough of them to try them all. Other keys are hashed as express-rate-limit does, so that what clients know stays as it is, unless a
 * secret is given: then every key is hashed under that.
 */
export function partitionKey(whose: unknown, secret?: string): string {
  const key = String(whose)
  if (secret !== undefined || isAddress(key)) {
    const hash = createHmac('sha256', secret ?? processSecret).update(key)
    return hash.digest().subarray(0, sentBytes).toString('base64')
  }
  const hash = createHash('sha256').update(key).digest('hex')
  return Buffer.from(hash.slice(0, sentBytes)).toString('base64')
}

function isAddress(key: string): boolean {
  const slash = key.indexOf('/')
  return parseIp(slash === -1 ? key : key.slice(0, slash)) !== undefined
}
