/** The keyed hash of keys. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyHash, KeyHash, sharedKeyHash } from '../../src/rate/key-hash.ts'

/** HalfSipHash-c-d with 64-bit output, byte by byte as the paper has it: the oracle. */
function halfSipHash(bytes: Uint8Array, k0: number, k1: number, rounds: readonly [number, number]): [number, number] {
  const v = new Uint32Array([k0, k1 ^ 0xee, 0x6c796765 ^ k0, 0x74656462 ^ k1])
  const rotate = (i: number, by: number): number => ((v[i] as number) << by) | ((v[i] as number) >>> (32 - by))
  const mix = (times: number): void => {
    for (let n = 0; n < times; n++) {
      for (const [a, b, by, turn] of [
        [0, 1, 5, true],
        [2, 3, 8, false],
        [0, 3, 7, false],
        [2, 1, 13, true],
      ] as const) {
        v[a] = (v[a] as number) + (v[b] as number)
        v[b] = rotate(b, by) ^ v[a]
        if (turn) v[a] = rotate(a, 16)
      }
    }
  }
  const absorb = (word: number): void => {
    v[3] = (v[3] as number) ^ word
    mix(rounds[0])
    v[0] = (v[0] as number) ^ word
  }
  const byte = (i: number): number => bytes[i] ?? 0
  const whole = bytes.length - (bytes.length % 4)
  for (let i = 0; i < whole; i += 4) absorb(byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24))
  absorb(byte(whole) | (byte(whole + 1) << 8) | (byte(whole + 2) << 16) | (bytes.length << 24))
  v[2] = (v[2] as number) ^ 0xee
  mix(rounds[1])
  const first = (v[1] as number) ^ (v[3] as number)
  v[1] = (v[1] as number) ^ 0xdd
  mix(rounds[1])
  return [first | 0, (v[1] ^ (v[3] as number)) | 0]
}

function hashOf(hash: KeyHash, key: string): [number, number] {
  hash.hash(key)
  return [hash.lo, hash.hi]
}

describe('KeyHash', () => {
  it('has an oracle that agrees with the published vector of HalfSipHash-2-4', () => {
    // vectors_hsip64[0] of the authors' reference: key 00..07, no input, 21 8d 1f 59 b9 b8 3c c8.
    const [first, second] = halfSipHash(new Uint8Array(), 0x03020100, 0x07060504, [2, 4])
    expect([first >>> 0, second >>> 0]).toEqual([0x591f8d21, 0xc83cb8b9])
  })

  it('is HalfSipHash-1-3 of the UTF-16 code units, for any string and seed', () => {
    const strings = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      maxLength: 300,
    })
    fc.assert(
      fc.property(strings, fc.integer(), fc.integer(), (key, k0, k1) => {
        const bytes = new Uint8Array(key.length * 2)
        for (let i = 0; i < key.length; i++) {
          bytes[2 * i] = key.charCodeAt(i) & 255
          bytes[2 * i + 1] = key.charCodeAt(i) >>> 8
        }
        expect(hashOf(new KeyHash(k0, k1), key)).toEqual(halfSipHash(bytes, k0, k1, [1, 3]))
      }),
    )
  })

  it('tells hostile keys apart', () => {
    const hash = new KeyHash(1, 2)
    const hostile = [
      '',
      '\0',
      '\0\0',
      '__proto__',
      'constructor',
      '\ud800',
      '\udc00',
      '\ud800\ud800',
      '\ufffd',
      'a',
      'A',
    ]
    const long = ['x'.repeat(1e6), `${'x'.repeat(1e6)}y`, 'x'.repeat(1e6 + 128)]
    const seen = [...hostile, ...long].map((key) => hashOf(hash, key).join())
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('differs between seeds, and repeats with the same random source', () => {
    expect(hashOf(new KeyHash(1, 2), 'a')).not.toEqual(hashOf(new KeyHash(1, 3), 'a'))
    expect(hashOf(createKeyHash(), 'a')).not.toEqual(hashOf(createKeyHash(), 'a'))
    expect(
      hashOf(
        createKeyHash(() => 0.3),
        'a',
      ),
    ).toEqual(
      hashOf(
        createKeyHash(() => 0.3),
        'a',
      ),
    )
    expect(sharedKeyHash()).toBe(sharedKeyHash())
  })
})
