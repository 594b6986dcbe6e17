import { BlockList, isIP, isIPv4 } from 'node:net'
import { clientIp, createProxyTrust } from '@spillway/http'
import type { TrustProxy } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const trust = (value: TrustProxy): ReturnType<typeof createProxyTrust> => createProxyTrust('test', value)
const walk = (
  value: TrustProxy,
  header: string | undefined,
  peer: string | undefined = '10.0.0.1',
): string | undefined => clientIp(peer, header, trust(value))

describe('clientIp', () => {
  it('believes nobody by default', () => {
    expect(walk(false, '6.6.6.6')).toBe('10.0.0.1')
    expect(walk(0, '6.6.6.6')).toBe('10.0.0.1')
  })

  it('takes the entry that the outermost of n proxies wrote, whatever the caller wrote before it', () => {
    expect(walk(1, '6.6.6.6, 1.2.3.4')).toBe('1.2.3.4')
    expect(walk(2, '6.6.6.6, 1.2.3.4, 10.0.0.2')).toBe('1.2.3.4')
    expect(walk(3, '1.2.3.4')).toBe('1.2.3.4')
    expect(walk(1, undefined)).toBe('10.0.0.1')
    expect(walk(1, '')).toBe('10.0.0.1')
  })

  it('takes the first address from the right that is in no trusted network', () => {
    expect(walk('10.0.0.0/8', '6.6.6.6, 1.2.3.4, 10.9.9.9')).toBe('1.2.3.4')
    expect(walk('private', '6.6.6.6, 1.2.3.4, 192.168.0.1, fd00::1')).toBe('1.2.3.4')
    expect(walk('loopback', '6.6.6.6')).toBe('10.0.0.1')
    expect(walk(['loopback', '10.0.0.1'], '6.6.6.6', '::ffff:10.0.0.1')).toBe('6.6.6.6')
    expect(walk('linklocal', '1.2.3.4', 'fe80::1%eth0')).toBe('1.2.3.4')
    expect(walk('uniquelocal', '10.0.0.9, 10.0.0.8')).toBe('10.0.0.9')
  })

  it('does not take an address for trusted because it carries a trusted one', () => {
    expect(walk('private', '1.2.3.4, 2002:a00:1::')).toBe('2002:a00:1::')
  })

  it('drops ports and brackets that proxies add', () => {
    expect(walk(1, '1.2.3.4:5678')).toBe('1.2.3.4')
    expect(walk(1, '[2001:db8::1]:443')).toBe('2001:db8::1')
  })

  it('ends at the last address when an entry is none', () => {
    expect(walk(2, '1.2.3.4, unknown, 10.0.0.2')).toBe('10.0.0.2')
    expect(walk(1, 'x')).toBe('10.0.0.1')
    expect(walk(1, '1.2.3.4,')).toBe('10.0.0.1')
    expect(walk(2, '1.2.3.4,,10.0.0.2')).toBe('10.0.0.2')
  })

  it('works behind a Unix domain socket, by number of proxies only', () => {
    expect(clientIp(undefined, '1.2.3.4', trust(1))).toBe('1.2.3.4')
    expect(clientIp(undefined, '1.2.3.4', trust('private'))).toBeUndefined()
  })

  it('reads only the end of a huge header', () => {
    expect(walk(1, `${'6.6.6.6, '.repeat(100_000)}1.2.3.4`)).toBe('1.2.3.4')
    expect(walk('private', '10.0.0.7,'.repeat(100_000) + '10.0.0.8')).toMatch(/^10\.0\.0\.7$/)
  })

  it('reads the header Forwarded', () => {
    const forwarded = (header: string, value: TrustProxy = 1): string | undefined =>
      clientIp('10.0.0.1', header, trust(value), 'forwarded')
    expect(forwarded('for=6.6.6.6, For="[2001:db8::1]:4711";proto=http;by=10.0.0.1')).toBe('2001:db8::1')
    expect(forwarded('for=1.2.3.4, for=10.0.0.2', 2)).toBe('1.2.3.4')
    expect(forwarded('for=unknown')).toBe('10.0.0.1')
    expect(forwarded('for="_x, for=6.6.6.6"')).toBe('10.0.0.1')
    expect(forwarded('proto=http')).toBe('10.0.0.1')
    expect(forwarded('for=1.2.3.4;for=6.6.6.6')).toBe('10.0.0.1')
    expect(forwarded('for="1.2.3.4\\')).toBe('10.0.0.1')
  })

  it('does not let a quote left open swallow what a proxy appends', () => {
    expect(clientIp('10.0.0.1', 'for=6.6.6.6;x=", for=1.2.3.4', trust(1), 'forwarded')).toBe('10.0.0.1')
    expect(clientIp('10.0.0.1', 'for=6.6.6.6;x=", for="[2001:db8::1]"', trust(1), 'forwarded')).toBe('10.0.0.1')
  })

  it('never returns what a caller wrote, whatever that is', () => {
    const header = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.ipV4(), { maxLength: 50 }).map(String))
    fc.assert(
      fc.property(header, fc.ipV4(), (written, appended) => {
        expect(walk(1, `${written}, ${appended}`)).toBe(appended)
        expect(['10.0.0.1', appended]).toContain(
          clientIp('10.0.0.1', `${written}, for=${appended}`, trust(1), 'forwarded'),
        )
      }),
      { numRuns: 5000 },
    )
  })
})

describe('trustProxy', () => {
  it('contains the same addresses as the networks of node:net', () => {
    let disagreements = 0
    const network = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
    )
    fc.assert(
      fc.property(network, fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), ([base, prefix], other, flip) => {
        const oracle = new BlockList()
        oracle.addSubnet(base, prefix, isIPv4(base) ? 'ipv4' : 'ipv6')
        const subject = trust(`${base}/${prefix}`)
        for (const address of [base, other, nudge(base, flip)]) {
          if (isMapped(base) || isMapped(address) || isIPv4(base) !== isIPv4(address)) continue
          disagreements += Number(
            subject?.trusts(address, 0) !== oracle.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
          )
        }
      }),
      { numRuns: 5000 },
    )
    expect(disagreements).toBe(0)
  })

  it.each([true, -1, 1.5, 33, NaN, 'localhost', '10.0.0.0/33', '10.0.0.0/x', '', ['private', ''], {}, null, [1]])(
    'refuses %j at construction',
    (value) => {
      expect(() => trust(value as TrustProxy)).toThrow(/^test: option "trustProxy" must be false, a number of proxies/)
    },
  )

  it('says why true is no answer', () => {
    expect(() => trust(true as unknown as TrustProxy)).toThrow(/choose his own address/)
  })
})

function isMapped(address: string): boolean {
  return isIP(address) === 6 && /^(::|0:0:0:0:0:0)/.test(address)
}

/** Changes one octet or group of an address. */
function nudge(address: string, by: number): string {
  const separator = isIPv4(address) ? '.' : ':'
  const parts = address.split(separator)
  const at = by % parts.length
  if (!/^\d$/.test(parts[at] ?? '')) return address
  parts[at] = String((Number(parts[at]) + 1) % 10)
  return parts.join(separator)
}
