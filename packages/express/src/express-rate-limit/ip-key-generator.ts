/** The key of an address, as express-rate-limit makes it. */
import { checkNumber } from '@spillway/core'
import { defaultIpv6PrefixBits, ipKey, parseIp, unknownIpKey } from '@spillway/http'

/**
 * An IPv4 address as it is, an IPv6 address as its network: for a `keyGenerator` that falls back to the address. A port is dropped, and
 * what is no address comes back unchanged. `ipv6Subnet` is the length of the network in bits, 1..128, default 56, or `false` for the
 * whole address. Unlike `ipKey` of `@spillway/http` it takes the addresses of translators (NAT64, 6to4) for IPv6. Throws a TypeError
 * or RangeError for a bad `ipv6Subnet`.
 */
export function ipKeyGenerator(ip: string, ipv6Subnet: number | false = defaultIpv6PrefixBits): string {
  const isWhole = ipv6Subnet === false || ipv6Subnet === 0
  const bounds = { min: 1, max: 128, integer: true }
  const bits = isWhole ? 128 : checkNumber('ipKeyGenerator', 'ipv6Subnet', ipv6Subnet, bounds)
  const key = ipKey(ip, { ipv6PrefixBits: bits, translated: false })
  if (key === unknownIpKey) return ip ?? key
  return isWhole && key.includes(':') && parseIp(ip) !== undefined ? ip : key
}
