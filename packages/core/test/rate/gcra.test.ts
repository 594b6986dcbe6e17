/** The bare rule: what a change of rate makes of a debt. */
import { Gcra, TickRate } from '@spillway/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const rates = fc.record({
  limit: fc.integer({ min: 1, max: 1e9 }),
  windowMs: fc.oneof(fc.constantFrom(1, 1000, 60_000), fc.double({ min: 1, max: 1e6, noNaN: true })),
  burst: fc.integer({ min: 1, max: 1000 }),
})

it('leaves no more than was left when the rate changes, exactly, and less by no more than a tick', () => {
  fc.assert(
    fc.property(rates, rates, fc.double({ min: 0, max: 1, noNaN: true }), (before, after, share) => {
      const from = new TickRate(before)
      const to = new Gcra(after)
      const debt = Math.floor(share * from.span)
      const owed = BigInt(to.carry(debt, from))
      const left = (BigInt(from.span) - BigInt(debt)) * BigInt(to.rate.interval)
      const kept = (BigInt(to.rate.span) - owed) * BigInt(from.interval)
      expect(kept <= left).toBe(true)
      const cutOff = to.rate.span * from.interval < Number(left)
      if (!cutOff) expect(left - kept < BigInt(from.interval)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
