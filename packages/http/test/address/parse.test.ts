import { isIP } from 'node:net'
import { parseIp } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const addressLike = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF:.:.%[]/ ::')), maxLength: 48 }),
  fc
    .array(fc.constantFrom('::', ':', '0', 'ffff', '1', '1.2.3.4', '.', '10', '%e'), { maxLength: 12 })
    .map((p) => p.join('')),
)

describe('parseIp', () => {
  it.each([
    ['1.2.3.4', [1, 2, 3, 4]],
    ['255.255.255.255', [255, 255, 255, 255]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:DB8::A', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 10]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x102, 0x304]],
    ['fe80::1%eth0', [0xfe80, 0, 0, 0, 0, 0, 0, 1]],
  ])('reads %s', (text, groups) => {
    expect(parseIp(text)).toEqual(groups)
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1:2:3:4:5:6:7:8::',
    ':::',
    '1::2::3',
    '12345::',
    'g::',
    ':1',
    '1:',
  ])('refuses "%s"', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  it('says the same as node:net about every text', () => {
    fc.assert(
      fc.property(addressLike, (text) => {
        const groups = parseIp(text)
        // Node restricts which characters a zone may have; the zone is thrown away here.
        const known = text.includes('%') ? text.replace(/%.+$/s, '%z') : text
        expect(groups === undefined ? 0 : groups.length === 4 ? 4 : 6).toBe(isIP(known))
      }),
      { numRuns: 20_000 },
    )
  })
})
