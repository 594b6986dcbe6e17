import { BlockList } from 'node:net'
import { ipKey, unknownIpKey } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('ipKey', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4'],
    [' 1.2.3.4 ', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:102:304', '1.2.3.4'],
    ['[::ffff:1.2.3.4]:443', '1.2.3.4'],
    ['::1.2.3.4', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '1.2.3.4'],
    ['64:ff9b::102:304', '1.2.3.4'],
    ['2002:102:304::1', '1.2.3.4'],
    ['2002:102:304:ffff:1:2:3:4', '1.2.3.4'],
    ['2001:db8:1234:5678::1.2.3.4', '2001:db8:1234:5600::/56'],
    ['2001:DB8:1234:5678:9ABC::1', '2001:db8:1234:5600::/56'],
    ['[2001:db8:1234:5678::1]:123', '2001:db8:1234:5600::/56'],
    ['[2001:db8:1234:5678::1]', '2001:db8:1234:5600::/56'],
    ['fe80::1%eth0', 'fe80::/56'],
    ['::1', '::/56'],
    ['[::1]:123', '::/56'],
    ['::', '::/56'],
    ['64:ff9b:1::102:304', '64:ff9b:1::/56'],
  ])('makes of %s the key %s', (address, key) => {
    expect(ipKey(address)).toBe(key)
  })

  it.each([
    ['64:ff9b::1.2.3.4', '64:ff9b::/56'],
    ['2002:102:304::1', '2002:102:304::/56'],
    ['::ffff:102:304', '1.2.3.4'],
    ['::1.2.3.4', '1.2.3.4'],
  ])('leaves addresses of translators what they are when told to: %s', (address, key) => {
    expect(ipKey(address, { translated: false })).toBe(key)
  })

  it.each([
    undefined,
    '',
    'unknown',
    '_hidden',
    '1.2.3.4, 5.6.7.8',
    '__proto__',
    '\r\nx: y',
    '\ud800',
    '1'.repeat(100_000),
  ])('gives callers without an address one key together: %#', (address) => {
    expect(ipKey(address)).toBe(unknownIpKey)
  })

  it('keeps as many bits as it is told', () => {
    const address = '2001:db8:1234:5678:9abc:def0:1234:5678'
    expect(ipKey(address, { ipv6PrefixBits: 128 })).toBe(`${address}/128`)
    expect(ipKey(address, { ipv6PrefixBits: 64 })).toBe('2001:db8:1234:5678::/64')
    expect(ipKey(address, { ipv6PrefixBits: 33 })).toBe('2001:db8::/33')
    expect(ipKey(address, { ipv6PrefixBits: 1 })).toBe('::/1')
    expect(ipKey('1:0:0:2:0:0:0:3', { ipv6PrefixBits: 128 })).toBe('1:0:0:2::3/128')
  })

  it('tells IPv6 callers apart exactly when their networks differ', () => {
    fc.assert(
      fc.property(nativeIpv6, nativeIpv6, fc.integer({ min: 1, max: 128 }), (a, b, ipv6PrefixBits) => {
        const network = new BlockList()
        network.addSubnet(a, ipv6PrefixBits, 'ipv6')
        const same = ipKey(a, { ipv6PrefixBits }) === ipKey(b, { ipv6PrefixBits })
        expect(same).toBe(network.check(b, 'ipv6'))
      }),
      { numRuns: 5000 },
    )
  })

  it('never throws, and never makes a key of anything but an address', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom('0', 'a', 'f', ':', '.', '%', '[', ']') }),
        ),
        (text) => {
          expect(ipKey(text)).toMatch(/^(unknown|\d+\.\d+\.\d+\.\d+|[0-9a-f:]+\/56)$/)
        },
      ),
      { numRuns: 5000 },
    )
  })
})

// Few distinct groups, so that equal prefixes turn up; starting at 2600 nothing carries IPv4.
const nativeIpv6 = fc
  .array(fc.constantFrom('0', '1', '100', '8000', 'ffff', 'abcd'), { minLength: 7, maxLength: 7 })
  .map((groups) => `2600:${groups.join(':')}`)
