/** Whose quota a request counts against. */
import { clientIp } from '../address/client-ip.ts'
import { defaultIpv6PrefixBits, ipKeyOf } from '../address/key.ts'
import { createProxyTrust } from '../address/trust.ts'
import type { TrustProxy } from '../address/trust.ts'
import type { Callbacks } from '../callbacks.ts'
import { checkFunction, checkNumber } from '@spillway/core'
import type { Reader } from '../reader.ts'

/** How a request is attributed to a caller. */
export interface KeyOptions<Req> {
  /**
   * The key of the caller. When it returns `undefined` or fails, the caller's address is the key, so that work is attributed
   * to somebody in any case. Default: the address.
   */
  readonly keyGenerator?: (req: Req) => string | number | undefined
  /** Further keys by name, for policies that count by something else than the caller. */
  readonly keys?: (req: Req) => Readonly<Record<string, string>> | undefined
  /** See {@link IpKeyOptions}; integer, 1..128, default 56. */
  readonly ipv6PrefixBits?: number
  /** The same under its name in express-rate-limit, where `false` stands for 128. */
  readonly ipv6Subnet?: number | false
  /** Who is believed about whom he speaks for; default nobody, so behind a proxy all callers are one. */
  readonly trustProxy?: TrustProxy
  /** Where trusted proxies write addresses: `forwarded` (RFC 7239) or any list of addresses. Default `x-forwarded-for`. */
  readonly forwardedHeader?: string
}

/** Longest key that is kept as it is; longer ones are cut, so that a caller does not fill the memory with them. */
const maxKeyLength = 1024

/** The address of the caller, as one key for all ways to write it. */
export function addressKey<Req>(owner: string, reader: Reader<Req>, options: KeyOptions<Req>): (req: Req) => string {
  const bits = prefixBits(owner, options)
  const trust = createProxyTrust(owner, options.trustProxy ?? false)
  if (trust === undefined) return (req) => ipKeyOf(reader.peerAddress(req), bits)
  const header = checkHeaderName(owner, 'forwardedHeader', options.forwardedHeader ?? 'x-forwarded-for')
  const syntax = header === 'forwarded' ? 'forwarded' : 'list'
  return (req) => ipKeyOf(clientIp(reader.peerAddress(req), reader.header(req, header), trust, syntax), bits)
}

/** The key that the options ask for, or `fallback`. */
export function keyOf<Req>(
  owner: string,
  options: KeyOptions<Req>,
  callbacks: Callbacks,
  fallback: (req: Req) => string,
): (req: Req) => string {
  if (options.keyGenerator === undefined) return fallback
  const generate = callbacks.guard('keyGenerator', checkFunction(owner, 'keyGenerator', options.keyGenerator), toKey)
  return (req) => generate(req) ?? fallback(req)
}

/** Functions that make one key each. */
export type NamedKeys<Req> = ReadonlyMap<string, (req: Req) => string | number | undefined>

type Keys = Record<string, string>

/** Further keys, on an object without prototype so that no name means anything else. */
export function keysOf<Req>(
  owner: string,
  options: KeyOptions<Req>,
  callbacks: Callbacks,
  named: NamedKeys<Req> = new Map(),
): (req: Req) => Readonly<Keys> | undefined {
  const all = options.keys && callbacks.guard('keys', checkFunction(owner, 'keys', options.keys), toKeys)
  if (named.size === 0) return all ?? (() => undefined)
  const singly = [...named].map(([name, generate]) => {
    const ask = callbacks.guard('keyGenerator', checkFunction(owner, 'keyGenerator', generate), toKey)
    return { name, ask }
  })
  return (req) => {
    const keys = all?.(req) ?? (Object.create(null) as Keys)
    for (const { name, ask } of singly) {
      const key = ask(req)
      if (key === undefined) delete keys[name]
      else keys[name] = key
    }
    return keys
  }
}

function toKeys(value: unknown): Keys {
  if (typeof value !== 'object' || value === null) throw new TypeError('must return an object')
  const keys = Object.create(null) as Keys
  for (const [name, key] of Object.entries(value)) if (key !== undefined) keys[name] = toKey(key)
  return keys
}

/** Checks the name of a request header and puts it in lower case. */
export function checkHeaderName(owner: string, option: string, value: unknown): string {
  if (typeof value === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(value)) return value.toLowerCase()
  throw new TypeError(
    `${owner}: option "${option}" must be the name of a header, got ${JSON.stringify(value) ?? 'undefined'}`,
  )
}

function prefixBits<Req>(owner: string, options: KeyOptions<Req>): number {
  const { ipv6PrefixBits, ipv6Subnet } = options
  if (ipv6PrefixBits !== undefined && ipv6Subnet !== undefined) {
    throw new TypeError(`${owner}: options "ipv6PrefixBits" and "ipv6Subnet" are the same; give one`)
  }
  if (ipv6Subnet === false) return 128
  const name = ipv6Subnet === undefined ? 'ipv6PrefixBits' : 'ipv6Subnet'
  const bits = ipv6Subnet ?? ipv6PrefixBits ?? defaultIpv6PrefixBits
  return checkNumber(owner, name, bits, { min: 1, max: 128, integer: true })
}

function toKey(value: unknown): string {
  if (typeof value === 'string') return value.length > maxKeyLength ? value.slice(0, maxKeyLength) : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new TypeError(`must return a string, got ${value === null ? 'null' : typeof value}`)
}
