/** IP addresses as numbers: the textual forms of RFC 4291 §2.2 and RFC 6943 §3.1.1 (strict dotted decimal), nothing more lenient. */

/** Four groups of 8 bits (IPv4) or eight groups of 16 bits (IPv6). */
export type IpGroups = readonly number[]

/** Longest text that can be an address with a port: a full IPv6 form with an IPv4 tail (45), brackets, port, and a zone of any use. */
const maxTextLength = 100

const dot = 46
const colon = 58

/**
 * Reads an address; `undefined` for anything that is none. A zone (`fe80::1%eth0`) is dropped, for it means something only
 * on the host that wrote it. Octets with leading zeros are refused: some parsers take them for octal.
 */
export function parseIp(text: string): IpGroups | undefined {
  if (text.length > maxTextLength) return undefined
  const ipv4 = parseIpv4(text, 0, text.length)
  if (ipv4 >= 0) return [ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255]
  const zone = text.indexOf('%')
  if (zone === text.length - 1) return undefined
  return parseIpv6(text, 0, zone === -1 ? text.length : zone)
}

/**
 * Takes the address out of what proxies and frameworks write: `1.2.3.4:567`, `[2001:db8::1]`, `[2001:db8::1]:567`, with blanks
 * around. The result is not checked; an address without port comes back as it is, without a copy.
 */
export function stripPort(text: string): string {
  if (text.length > maxTextLength) return ''
  const trimmed = text.trim()
  if (trimmed.startsWith('[')) {
    const close = trimmed.indexOf(']')
    const isPort = close === trimmed.length - 1 || trimmed.charCodeAt(close + 1) === colon
    return close > 0 && isPort ? trimmed.slice(1, close) : ''
  }
  const port = trimmed.indexOf(':')
  // One colon is a port, two are IPv6.
  return port !== -1 && trimmed.indexOf(':', port + 1) === -1 ? trimmed.slice(0, port) : trimmed
}

/** The 32 bits of the dotted decimal between `start` and `end` as a number >= 0; -1 if it is none. Allocates nothing. */
export function parseIpv4(text: string, start: number, end: number): number {
  if (end - start < 7 || end - start > 15) return -1
  let bits = 0
  let octets = 0
  for (let at = start; octets < 4; at++) {
    let octet = 0
    const first = at
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      octet = octet * 10 + digit
    }
    const length = at - first
    if (length === 0 || length > 3 || octet > 255 || (length > 1 && text.charCodeAt(first) === 48)) return -1
    bits = bits * 256 + octet
    octets++
    if (at === end) return octets === 4 ? bits : -1
    if (text.charCodeAt(at) !== dot) return -1
  }
  return -1
}

function parseIpv6(text: string, start: number, end: number): IpGroups | undefined {
  const groups: number[] = []
  let gap = -1
  let at = start
  if (text.startsWith('::', start)) {
    gap = 0
    at += 2
  }
  while (at < end) {
    const stop = endOfHex(text, at, end)
    if (stop < end && text.charCodeAt(stop) === dot) {
      const ipv4 = parseIpv4(text, at, end)
      if (ipv4 < 0) return undefined
      groups.push(ipv4 >>> 16, ipv4 & 0xffff)
      break
    }
    if (stop === at || stop - at > 4 || groups.length === 8) return undefined
    groups.push(Number.parseInt(text.slice(at, stop), 16))
    if (stop === end) break
    if (text.charCodeAt(stop) !== colon || stop + 1 === end) return undefined
    at = stop + 1
    if (text.charCodeAt(at) === colon) {
      if (gap !== -1) return undefined
      gap = groups.length
      at++
    }
  }
  return fillGap(groups, gap)
}

function endOfHex(text: string, start: number, end: number): number {
  let at = start
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    const isHex = (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70)
    if (!isHex) break
  }
  return at
}

/** `::` stands for at least one group of zeros. */
function fillGap(groups: number[], gap: number): IpGroups | undefined {
  if (gap === -1) return groups.length === 8 ? groups : undefined
  if (groups.length > 7) return undefined
  const zeros = Array.from({ length: 8 - groups.length }, () => 0)
  return [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)]
}
