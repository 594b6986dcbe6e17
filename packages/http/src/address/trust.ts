/** Which proxies are believed when they say whom they speak for. */
import { contains, parseCidr } from './cidr.ts'
import type { Cidr } from './cidr.ts'
import { parseIp, stripPort } from './parse.ts'

/**
 * What may be trusted: how many proxies stand in front (1..32), or networks and addresses, or names of networks: `loopback`,
 * `linklocal`, `uniquelocal`, and `private` for all three. `false` trusts nobody.
 */
export type TrustProxy = false | number | string | readonly string[]

/** Says whether what an address tells about the hop before it is believed. */
export interface ProxyTrust {
  /**
   * @param address as text; `undefined` for a socket without addresses (a Unix domain socket)
   * @param hop 0 for the peer of the socket, 1 for who spoke to it, ...
   */
  trusts(address: string | undefined, hop: number): boolean
}

const loopback = ['127.0.0.0/8', '::1']
const linklocal = ['169.254.0.0/16', 'fe80::/10']
const uniquelocal = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']
const namedNetworks = new Map<string, readonly string[]>([
  ['loopback', loopback],
  ['linklocal', linklocal],
  ['uniquelocal', uniquelocal],
  ['private', [...loopback, ...linklocal, ...uniquelocal]],
])

/** Longest chain of proxies that is followed. */
const maxHops = 32

/** Compiles the option `trustProxy`; `undefined` when nobody is trusted. Throws if it cannot be understood, and for `true`. */
export function createProxyTrust(owner: string, trustProxy: TrustProxy): ProxyTrust | undefined {
  const value: unknown = trustProxy
  if (value === false || value === 0) return undefined
  if (typeof value === 'number') return hops(owner, value)
  if (typeof value === 'string') return networks(owner, value.split(','))
  if (Array.isArray(value)) return networks(owner, value)
  const why = value === true ? '; true would let each caller choose his own address' : ''
  throw new TypeError(`${owner}: option "trustProxy" must be ${expected}, got ${String(value)}${why}`)
}

const expected = `false, a number of proxies from 1 to ${maxHops}, or a list of networks (CIDR, address, ${[...namedNetworks.keys()].join(', ')})`

function hops(owner: string, count: number): ProxyTrust {
  if (!Number.isInteger(count) || count < 0 || count > maxHops) {
    throw new RangeError(`${owner}: option "trustProxy" must be ${expected}, got ${count}`)
  }
  return { trusts: (_address, hop) => hop < count }
}

function networks(owner: string, list: readonly unknown[]): ProxyTrust {
  const cidrs = list.flatMap((entry) => toCidrs(owner, entry))
  return {
    trusts(address, hop) {
      if (address === undefined || hop >= maxHops) return false
      const ip = parseIp(stripPort(address))
      return ip !== undefined && cidrs.some((cidr) => contains(cidr, ip))
    },
  }
}

function toCidrs(owner: string, entry: unknown): readonly Cidr[] {
  const text = typeof entry === 'string' ? entry.trim() : ''
  return (namedNetworks.get(text) ?? [text]).map((network) => {
    const cidr = parseCidr(network)
    if (cidr === undefined) {
      throw new RangeError(
        `${owner}: option "trustProxy" must be ${expected}, got ${JSON.stringify(entry) ?? String(entry)}`,
      )
    }
    return cidr
  })
}
