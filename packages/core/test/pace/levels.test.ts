/** Who stands where in the line: class first, and within it what is within a tenant's share before what is beyond. */
import { createTicket, type Ticket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { Levels } from '../../src/pace/levels.ts'

const of = (key: string, priority = 1, at = 0): Ticket => createTicket(at, { key, priority })

/** Two tenants, known for a while, of whom one takes all there is: 100 units a second are served. */
function crowded(): { levels: Levels; now: number } {
  const levels = new Levels()
  let now = 0
  for (let i = 0; i < 400; i++) {
    now += 10
    levels.refused(of('', 1, now), 2, now)
    for (const key of ['greedy', 'greedy', 'greedy', i % 4 === 0 ? 'modest' : 'greedy']) levels.of(of(key, 1, now), now)
    levels.served(of(i % 4 === 0 ? 'modest' : 'greedy', 1, now), now)
  }
  return { levels, now }
}

describe('levels', () => {
  it.each([0, 1, 2, 3])('put a ticket of class %d at the first of its two levels', (priority) => {
    expect(new Levels().of(of('somebody', priority), 0)).toBe(2 * priority)
  })

  it('put what is beyond the share of its tenant behind the rest of its class, and before the next class', () => {
    const { levels, now } = crowded()
    const greedy = Array.from({ length: 50 }, () => levels.of(of('greedy', 1, now), now))
    expect(greedy).toContain(3)
    expect(greedy.every((level) => level === 2 || level === 3)).toBe(true)
    expect(levels.of(of('modest', 1, now), now)).toBe(2)
  })

  it('give back what was charged for work that never ran', () => {
    const { levels, now } = crowded()
    while (levels.of(of('greedy', 1, now), now) === 2);
    levels.gone(of('greedy', 1, now), 2)
    expect(levels.of(of('greedy', 1, now), now)).toBe(2)
    expect(levels.of(of('greedy', 1, now), now)).toBe(3)
    // What stood behind was charged nothing.
    levels.gone(of('greedy', 1, now), 3)
    expect(levels.of(of('greedy', 1, now), now)).toBe(3)
  })

  it('treat tickets without a key as nobody’s, however many there are', () => {
    const { levels, now } = crowded()
    for (let i = 0; i < 1000; i++) expect(levels.of(of('', 2, now), now)).toBe(4)
  })

  it('put nobody behind while there is enough for all', () => {
    const levels = new Levels()
    for (let i = 0; i < 2000; i++) {
      expect(levels.of(of(i % 10 === 0 ? 'modest' : 'greedy', 1, i), i)).toBe(2)
      levels.served(of('greedy', 1, i), i)
    }
  })
})
