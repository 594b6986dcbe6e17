/** Many runs of one cell as one row, and who is best in it. */
import { describe, expect, it } from 'vitest'

import { claims } from '../../src/sim/claims.ts'
import { runCell } from '../../src/sim/cell.ts'
import { scenarios } from '../../src/sim/scenarios/index.ts'
import { subjects, theDefault } from '../../src/sim/subjects/index.ts'
import { standings, summarize } from '../../src/sim/summary.ts'

const row = (subject: string, ...goodputs: number[]) =>
  summarize(
    { scenario: 'load x2', table: 't', subject },
    goodputs.map((value) => ({ scores: [{ name: 'goodput', value }], details: { p99: 100 * value } })),
  )

describe('a summary', () => {
  it('has the mean and the extremes of each number', () => {
    const { scores, details } = row('a', 0.5, 0.75, 1)
    expect(scores.get('goodput')).toEqual({ mean: 0.75, least: 0.5, most: 1 })
    expect(details.get('p99')?.mean).toBeCloseTo(75, 9)
  })
})

describe('standings', () => {
  it('compare with the best who is allowed to compete', () => {
    const rows = [row('ours', 0.9), row('peer', 0.95), row('oracle', 1)]
    const [standing] = standings(rows, 'ours', (subject) => subject !== 'oracle')
    expect(standing).toMatchObject({ value: 0.9, best: 0.95, bestSubject: 'peer' })
    expect(standing?.ratio).toBeCloseTo(0.9 / 0.95, 12)
  })

  it('are 1 for whoever is best, and where nobody gets anything', () => {
    expect(standings([row('ours', 0.9), row('peer', 0.1)], 'ours', () => true)[0]?.ratio).toBe(1)
    expect(standings([row('ours', 0), row('peer', 0)], 'ours', () => true)[0]?.ratio).toBe(1)
  })
})

describe('claims', () => {
  it('are figures with targets, and one of them counts the rows that fall behind', () => {
    const figures = claims([row(theDefault, 0.9), row('peer', 1)])
    expect(figures.find(({ figure }) => figure === 'load x2: goodput')).toMatchObject({
      value: 0.9,
      target: { atLeast: 0.95 },
    })
    expect(figures.at(-1)).toMatchObject({ value: 0, target: { atLeast: 1 } })
    expect(claims([row('peer', 1)])).toEqual([])
  })
})

describe('scenarios and subjects', () => {
  it('have names of their own, without commas', () => {
    for (const names of [scenarios.map(({ name }) => name), subjects.map(({ name }) => name)])
      expect(new Set(names).size).toBe(names.length)
    expect(subjects.filter(({ name }) => name.includes(','))).toEqual([])
  })

  it('give the same numbers for the same seed, and others for another', async () => {
    const cell = { scenario: 'load x4', subject: theDefault }
    const first = await runCell({ ...cell, seed: 1 })
    expect(await runCell({ ...cell, seed: 1 })).toEqual(first)
    expect(await runCell({ ...cell, seed: 2 })).not.toEqual(first)
  })

  it.each(subjects.map(({ name }) => name))('let %s run', async (subject) => {
    const { scores } = await runCell({ scenario: 'load x4', subject, seed: 1 })
    const value = scores.find(({ name }) => name === 'goodput')?.value
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThan(1.1)
  })
})
