/** What matters most is shed last. */
import type { PriorityName } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { mean, runs, servers, type ServerName } from './world.ts'

const names = Object.keys(servers) as ServerName[]
const priorities = { critical_plus: 0.2, critical: 0.4, sheddable: 0.4 }

describe.each(names)('at 4x, of which a fifth is critical_plus, when %s is scarce', (name) => {
  it('serves nearly all of critical_plus, and the rest in order of importance', async () => {
    const all = await runs(5, { ...servers[name], load: 4, priorities })
    const share = (priority: PriorityName): number[] =>
      all.map(({ result }) => result.byPriority[priority].served / result.byPriority[priority].offered)
    const steadyCost = name !== 'the processor, routes of very different cost'
    for (const each of share('critical_plus')) expect(each).toBeGreaterThan(steadyCost ? 0.97 : 0.9)
    expect(mean(share('critical'))).toBeGreaterThan(3 * mean(share('sheddable')))
    // What critical_plus leaves of the server goes to critical, not to waste.
    for (const { steady, leftOver } of all) {
      expect(steady.goodput).toBeGreaterThan(steadyCost ? 0.9 : 0.75)
      expect(leftOver).toBe(0)
    }
  })
})
