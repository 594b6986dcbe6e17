/** One key per customer line: an IPv4 address, or the IPv6 network that one subscriber has to himself. */
import { parseIp, parseIpv4, stripPort } from './parse.ts'
import type { IpGroups } from './parse.ts'

/** How addresses become keys. */
export interface IpKeyOptions {
  /**
   * How many bits of an IPv6 address tell callers apart; integer, 1..128, default 56. Providers hand out /56 to /64, so whole
   * addresses (128) let one caller have 2^64 of them.
   */
  readonly ipv6PrefixBits?: number
  /**
   * Whether the addresses that translators make (NAT64, 6to4) become the IPv4 address they carry, so that callers behind one are told
   * apart; default true. `false` treats them as any other IPv6 network, as express-rate-limit does.
   */
  readonly translated?: boolean
}

/** The key of all callers whose address is missing or is no address: they share one quota, rather than having none. */
export const unknownIpKey = 'unknown'

/** Default of `ipv6PrefixBits`. */
export const defaultIpv6PrefixBits = 56

/**
 * The rate-limiting key of an address, the same for each way to write it. IPv6 forms that carry an IPv4 address become that
 * IPv4 address: mapped `::ffff:0:0/96` and compatible `::/96` (RFC 4291 §2.5.5), NAT64 `64:ff9b::/96` (RFC 6052), 6to4
 * `2002::/16` (RFC 3056). Ports, brackets and zones are dropped. Never throws.
 */
export function ipKey(address: string | undefined, options: IpKeyOptions = {}): string {
  return ipKeyOf(address, options.ipv6PrefixBits ?? defaultIpv6PrefixBits, options.translated)
}

/** {@link ipKey} without the options object, for the path of every request. */
export function ipKeyOf(address: string | undefined, ipv6PrefixBits: number, translated = true): string {
  if (address === undefined) return unknownIpKey
  // What sockets report, nearly always: plain IPv4, or IPv4 mapped by a dual-stack listener.
  if (parseIpv4(address, 0, address.length) >= 0) return address
  if (address.startsWith('::ffff:') && parseIpv4(address, 7, address.length) >= 0) return address.slice(7)
  const groups = parseIp(stripPort(address))
  if (groups === undefined) return unknownIpKey
  const ipv4 = embeddedIpv4(groups, translated)
  return ipv4 === undefined ? formatNetwork(groups, ipv6PrefixBits) : ipv4.join('.')
}

/** The IPv4 address that these groups are or carry. */
function embeddedIpv4(groups: IpGroups, translated: boolean): IpGroups | undefined {
  if (groups.length === 4) return groups
  const [a, b, c, d, e, f, g, h] = groups as [number, number, number, number, number, number, number, number]
  if (a === 0x2002) return translated ? octets(b, c) : undefined
  const zeroMiddle = (c | d | e) === 0
  if (translated && a === 0x64 && b === 0xff9b && zeroMiddle && f === 0) return octets(g, h)
  if ((a | b) !== 0 || !zeroMiddle) return undefined
  // 0.0.0.0/8 is not an address of anybody, and leaves `::` and `::1` what they are.
  return f === 0xffff || (f === 0 && g > 0xff) ? octets(g, h) : undefined
}

function octets(high: number, low: number): IpGroups {
  return [high >> 8, high & 255, low >> 8, low & 255]
}

/** Canonical text of RFC 5952, followed by the length of the prefix. */
function formatNetwork(groups: IpGroups, prefixBits: number): string {
  const masked = groups.map((group, i) => group & maskOf(prefixBits - i * 16))
  const zeros = longestZeros(masked)
  const hex = masked.map((group) => group.toString(16))
  const text =
    zeros.length < 2
      ? hex.join(':')
      : `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`
  return `${text}/${prefixBits}`
}

function maskOf(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff
}

function longestZeros(groups: IpGroups): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
    start += length
  }
  return best
}
