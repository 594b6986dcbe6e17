/** The heavy tail of the workload. */
import { expect, test } from 'vitest'
import { heavyFactor } from '../../src/goodput/workload.ts'
import { findScenario, loadOf, scenarios } from '../../src/goodput/scenarios.ts'
import { seededRandom } from '../../src/load/random.ts'

test('heavy factors have mean 1, a low median and a long, bounded tail', () => {
  const random = seededRandom(11)
  const factors = Array.from({ length: 200_000 }, () => heavyFactor(random)).sort((a, b) => a - b)
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length
  expect(mean).toBeGreaterThan(0.97)
  expect(mean).toBeLessThan(1.03)
  expect(factors[100_000]).toBeLessThan(0.8)
  expect(factors[199_000]).toBeGreaterThan(4)
  expect(factors.at(-1)).toBeLessThan(15)
})

test('an unknown scenario is refused with the names of the known ones', () => {
  expect(() => findScenario('nope')).toThrow(/unknown scenario "nope"; known are cpu, proxy, down/)
})

test('each route of each scenario is asked for in its share', () => {
  for (const scenario of scenarios) {
    expect(loadOf(scenario).paths).toEqual(scenario.routes.map(({ path, share }) => ({ path, share })))
  }
})
