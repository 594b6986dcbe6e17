/** Overloads both twins for real, and compares them with each other: no figure of this machine is expected. */
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Leash } from '../src/leash.ts'
import { capacityOf, openPair, orderOf, overload } from '../src/run.ts'
import { scenarios } from '../src/scenario.ts'
import { outcomeOf, type Outcome } from '../src/summary.ts'
import { runsTypeScript } from './typescript.ts'

const leash = new Leash()
afterAll(() => leash.cut())

function answered({ served, refused, offered }: Outcome): number {
  return (served + refused) / offered
}

describe.skipIf(!runsTypeScript)('the shop under five times its load', () => {
  test('survives behind the one line, and collapses without it', { timeout: 60_000 }, async () => {
    const scenario = scenarios.find(({ name }) => name === 'mixed')!
    const pair = await openPair(0, leash)
    const capacity = await capacityOf(pair, { scenario }, { leash })
    const hill = orderOf({ scenario, seconds: 1, load: 5 }, capacity)
    const phases = hill.phases
      .filter(({ name }) => name === 'calm' || name === 'overload')
      .map((phase) => ({ ...phase, seconds: phase.name === 'calm' ? 1 : 6 }))
    const results = await overload(pair, { ...hill, phases }, { leash })
    const [without, behind] = [outcomeOf(results.unprotected, 'overload'), outcomeOf(results.protected, 'overload')]

    expect(answered(behind)).toBeGreaterThanOrEqual(0.8)
    expect(answered(behind)).toBeGreaterThanOrEqual(3 * answered(without))
    expect(behind.served).toBeGreaterThanOrEqual(2 * without.served)
    // The most important requests fare better than the rest.
    expect(behind.checkoutShare).toBeGreaterThan(behind.served / behind.offered)

    await vi.waitFor(() => {
      const { inflight, control } = pair.protected.report()
      expect({ inflight, held: control?.inflight, waiting: control?.waiting }).toEqual({
        inflight: 0,
        held: 0,
        waiting: 0,
      })
    }, 10_000)
  })
})
