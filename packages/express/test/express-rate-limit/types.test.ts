/** Types of express-rate-limit and of the entry fit each other, both ways: the compiler is the test. */
import * as ours from '@spillway/express/express-rate-limit'
import * as theirs from 'express-rate-limit'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('types', () => {
  it('of options fit both ways', () => {
    expectTypeOf<Partial<theirs.Options>>().toExtend<Partial<ours.Options>>()
    expectTypeOf<Partial<ours.Options>>().toExtend<Partial<theirs.Options>>()
    expectTypeOf<theirs.Options>().toExtend<ours.Options>()
    expectTypeOf<ours.Options>().toExtend<theirs.Options>()
    expectTypeOf<Exclude<keyof ours.Options, keyof theirs.Options>>().toEqualTypeOf<
      'storeTimeoutMs' | 'partitionKeySecret' | 'clock' | 'wallTime'
    >()
    expectTypeOf<Exclude<keyof theirs.Options, keyof ours.Options>>().toEqualTypeOf<never>()
  })

  it('of stores fit both ways', () => {
    expectTypeOf<theirs.Store>().toExtend<ours.Store>()
    expectTypeOf<ours.Store>().toExtend<theirs.Store>()
    expectTypeOf<theirs.LegacyStore>().toExtend<ours.LegacyStore>()
    expectTypeOf<ours.LegacyStore>().toExtend<theirs.LegacyStore>()
    expectTypeOf<theirs.MemoryStore>().toExtend<ours.Store>()
    expectTypeOf<ours.MemoryStore>().toExtend<theirs.Store>()
    expectTypeOf<ours.GcraStore>().toExtend<theirs.Store>()
  })

  it('of what is told are equal', () => {
    expectTypeOf<ours.RateLimitInfo>().toEqualTypeOf<theirs.RateLimitInfo>()
    expectTypeOf<ours.IncrementResponse>().toEqualTypeOf<theirs.IncrementResponse>()
    expectTypeOf<ours.ClientRateLimitInfo>().toEqualTypeOf<theirs.ClientRateLimitInfo>()
    expectTypeOf<ours.AugmentedRequest>().toEqualTypeOf<theirs.AugmentedRequest>()
    expectTypeOf<ours.EnabledValidations>().toEqualTypeOf<theirs.EnabledValidations>()
    expectTypeOf<ours.DraftHeadersVersion>().toEqualTypeOf<theirs.DraftHeadersVersion>()
    expectTypeOf<ours.RateLimitRequestHandler>().toExtend<theirs.RateLimitRequestHandler>()
    expectTypeOf<theirs.RateLimitRequestHandler>().toExtend<ours.RateLimitRequestHandler>()
    expectTypeOf<typeof ours.rateLimit>().toExtend<typeof theirs.rateLimit>()
    expectTypeOf<typeof ours.ipKeyGenerator>().toExtend<typeof theirs.ipKeyGenerator>()
  })

  it('are all of those that express-rate-limit exports, and so are the values', () => {
    type Names = [
      ours.Logger, ours.LoggerFn, ours.IncrementCallback, ours.ValueDeterminingMiddleware<number>, ours.Client,
      ours.RateLimitExceededEventHandler, ours.RateLimitReachedEventHandler, ours.Validations,
    ] // prettier-ignore
    expectTypeOf<Names['length']>().toEqualTypeOf<8>()
    expect(Object.keys(theirs).filter((name) => !(name in ours))).toEqual([])
    expect([ours.SECOND, ours.MINUTE, ours.HOUR, ours.DAY]).toEqual([
      theirs.SECOND,
      theirs.MINUTE,
      theirs.HOUR,
      theirs.DAY,
    ])
  })
})

describe('ipKeyGenerator', () => {
  it.each([
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '::192.0.2.1',
    '::1',
    '::',
    '2001:db8:1:2ff::3',
    '2001:DB8::3',
    'fe80::1%eth0',
    '64:ff9b::192.0.2.1',
    '2002:c000:201::1',
    'no address',
    '',
  ])('makes of %s what theirs makes', (ip) => {
    // prettier-ignore
    for (const subnet of [undefined, 128, 64, 56, 48, 32, false] as const) {
      if (ip.includes('%') && subnet === false) continue
      expect(ours.ipKeyGenerator(ip, subnet)).toBe(theirs.ipKeyGenerator(ip, subnet))
    }
  })

  it('drops ports, which would make a key for each connection', () => {
    expect(ours.ipKeyGenerator('192.0.2.1:4711')).toBe('192.0.2.1')
    expect(ours.ipKeyGenerator('[2001:db8::1]:4711')).toBe('2001:db8::/56')
  })

  it('throws for what is no length', () => {
    expect(() => ours.ipKeyGenerator('::1', 129)).toThrow('ipKeyGenerator: option "ipv6Subnet"')
  })
})
