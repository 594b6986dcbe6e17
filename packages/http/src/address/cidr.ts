/** Networks that an address can belong to. */
import { parseIp } from './parse.ts'
import type { IpGroups } from './parse.ts'

/** A network, IPv4 ones as the mapped IPv6 network `::ffff:0:0/96`, so that both are compared in one way. */
export interface Cidr {
  readonly groups: IpGroups
  readonly prefixBits: number
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address; `undefined` for anything else. Bits after the prefix are allowed and ignored. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const ip = parseIp(slash === -1 ? text : text.slice(0, slash))
  if (ip === undefined) return undefined
  const width = ip.length === 4 ? 32 : 128
  const prefix = slash === -1 ? String(width) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return undefined
  return { groups: mapped(ip), prefixBits: Number(prefix) + 128 - width }
}

/** Whether `ip` lies in the network. IPv4-mapped addresses count as IPv4; other forms that carry IPv4 do not: they say who routes, not who asks. */
export function contains(network: Cidr, ip: IpGroups): boolean {
  const groups = mapped(ip)
  let bits = network.prefixBits
  for (let i = 0; bits > 0; i++, bits -= 16) {
    const differing = (groups[i] ?? 0) ^ (network.groups[i] ?? 0)
    if (differing >> Math.max(0, 16 - bits) !== 0) return false
  }
  return true
}

function mapped(ip: IpGroups): IpGroups {
  if (ip.length === 8) return ip
  const [a, b, c, d] = ip as [number, number, number, number]
  return [0, 0, 0, 0, 0, 0xffff, (a << 8) | b, (c << 8) | d]
}
