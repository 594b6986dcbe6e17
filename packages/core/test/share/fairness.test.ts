/** Fairness between tenants, simulated: who gets what of a server that cannot do all. */
import { describe, expect, it } from 'vitest'
import { plant, type PlantOptions, type PlantResult } from './fairness-plant.ts'
import { jain, waterLevel } from './water-level.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `tenant ${i}`)

/** Nine who want their share of a tenth, and one who wants ten times that. */
const nineAndOne = Object.fromEntries([...names(9).map((name) => [name, 0.1] as const), ['greedy', 1]])

/** Served over what was due: the smaller of what was asked for and the water level. */
function satisfaction(result: PlantResult, weights: Readonly<Record<string, number>> = {}): Record<string, number> {
  const tenants = Object.keys(result.asked).filter((name) => name !== 'flood')
  const claims = tenants.map((name) => ({ wants: result.asked[name]!, weight: weights[name] ?? 1 }))
  const due = waterLevel(claims, result.total)
  return Object.fromEntries(tenants.map((name, i) => [name, result.served[name]! / due[i]!]))
}

/** Satisfaction of all, worst first. */
function sorted(options: PlantOptions): number[] {
  return Object.values(satisfaction(plant(options))).sort((a, b) => a - b)
}

describe('without fairness', () => {
  it('whoever asks most gets most', () => {
    const { served } = plant({ demands: nineAndOne, by: 'none', isChance: true })
    expect(served['greedy']).toBeGreaterThan(0.45)
    expect(served['tenant 0']).toBeLessThan(0.065)
  })
})

describe.each(['refuse', 'demote'] as const)('fairness that can %s what is beyond', (by) => {
  it('serves nine who want their share at least 99 % of it beside one who wants ten times that', () => {
    const result = plant({ demands: nineAndOne, by })
    for (const name of names(9)) expect(result.served[name]! / result.asked[name]!).toBeGreaterThan(0.99)
    expect(result.served['greedy']).toBeCloseTo(0.1, 2)
    expect(result.total).toBeGreaterThan(0.999)
    expect(jain(Object.values(satisfaction(result)))).toBeGreaterThan(0.999)
  })

  it('does nearly as well when all come by chance', () => {
    const demands = Object.fromEntries(Object.entries(nineAndOne).map(([name, rate]) => [name, 0.95 * rate]))
    const result = plant({ demands, by, isChance: true, places: 200, durationMs: 20_000 })
    const all = Object.entries(satisfaction(result))
    for (const [name, share] of all) if (name !== 'greedy') expect(share).toBeGreaterThan(0.975)
    expect(jain(all.map(([, share]) => share))).toBeGreaterThan(0.99)
    expect(result.total).toBeGreaterThan(0.999)
  })

  it('divides max-min fairly, whatever each wants', () => {
    const demands = { a: 0.05, b: 0.15, c: 0.4, d: 1, e: 3 }
    const result = plant({ demands, by })
    expect(result.served['a']).toBeCloseTo(0.05, 2)
    expect(result.served['b']).toBeCloseTo(0.15, 2)
    for (const name of ['c', 'd', 'e']) expect(result.served[name]).toBeCloseTo(0.8 / 3, 2)
  })

  it('treats equals equally, and by weight those who are not', () => {
    const demands = { a: 1, b: 1, c: 1, d: 1 }
    const equal = plant({ demands, by })
    for (const name of Object.keys(demands)) expect(equal.served[name]).toBeCloseTo(0.25, 2)
    const weights: Record<string, number> = { a: 3, b: 0.5 }
    const weighed = plant({ demands, by, share: { weightOf: (key) => weights[key] ?? 1 } })
    expect(weighed.served['a']).toBeCloseTo(3 / 5.5, 2)
    expect(weighed.served['b']).toBeCloseTo(0.5 / 5.5, 2)
    expect(weighed.served['c']).toBeCloseTo(1 / 5.5, 2)
  })

  it('counts what work costs, not how often it comes', () => {
    const result = plant({ demands: { light: 1, heavy: 0.25 }, by, cost: (key) => (key === 'heavy' ? 8 : 1) })
    expect(result.served['light']).toBeCloseTo(0.5, 1)
    expect(result.served['heavy']).toBeCloseTo(0.5, 1)
  })

  it('gives a tenant that is alone everything, and the share of one that leaves to the others within a second', () => {
    expect(plant({ demands: { a: 3 }, by }).total).toBeGreaterThan(0.999)
    const leaving = (now: number): number => (now < 5000 ? 1 : 0)
    const { served } = plant({ demands: { a: leaving, b: 1, c: 1 }, by, fromMs: 6000, durationMs: 7000 })
    expect(served['b']).toBeCloseTo(0.5, 1)
    expect(served['c']).toBeCloseTo(0.5, 1)
    const alone = plant({ demands: { a: leaving, b: 1.2 }, by, fromMs: 6000, durationMs: 7000 })
    expect(alone.served['b']).toBeGreaterThan(0.98)
  })

  it('holds nobody back while there is enough for all', () => {
    const demands = { a: 0.7, b: 0.1, c: 0.1 }
    const { asked, served } = plant({ demands, by, isChance: true })
    for (const name of Object.keys(demands)) expect(served[name]! / asked[name]!).toBeGreaterThan(0.999)
  })

  it('gives one that comes late its share within half a second', () => {
    const late = (now: number): number => (now < 5000 ? 0 : 0.5)
    const { served } = plant({ demands: { a: 2, b: late }, by, fromMs: 5500, durationMs: 6500 })
    expect(served['b']).toBeGreaterThan(0.47)
  })

  it('lets a flood of keys have no more than half, and remembers no more than it may', () => {
    const demands = Object.fromEntries(names(9).map((name) => [name, 0.1]))
    const result = plant({ demands, by, flood: 5, durationMs: 6000, share: { maxKeys: 1024 } })
    for (const name of names(9)) expect(result.served[name]).toBeGreaterThan(0.049)
    expect(result.served['flood']).toBeLessThan(0.52)
    expect(result.mostKeys).toBeLessThanOrEqual(1024)
    const without = plant({ demands, by: 'none', flood: 5, durationMs: 6000 })
    expect(without.served['tenant 0']).toBeLessThan(0.02)
  })
})

describe('a server that does 20 a second', () => {
  it('is divided as fairly', () => {
    const slow = { demands: nineAndOne, perMs: 0.02, durationMs: 200_000, fromMs: 40_000, places: 60 }
    for (const by of ['refuse', 'demote'] as const) {
      const all = sorted({ ...slow, by })
      expect(all[0]).toBeGreaterThan(0.95)
      expect(jain(all)).toBeGreaterThan(0.99)
    }
  })
})
