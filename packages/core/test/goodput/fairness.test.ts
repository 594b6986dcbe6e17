/** One tenant that wants everything, and nine that want their share. */
import type { Shares, SimulationResult } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { run, servers } from './world.ts'

const modest = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
const fromMs = 3000
const shares = (greedy: number): Shares => ({ greedy, ...Object.fromEntries(modest.map((key) => [key, 0.09])) })
const before = shares(0.09)
const after = shares(1)
const keys = (at: number): Shares => (at < fromMs ? before : after)
const load = (at: number): number => (at < fromMs ? 0.9 : 1.81)

function servedToTheModest(result: SimulationResult): number {
  const all = modest.map((key) => result.byKey.get(key)!)
  return all.reduce((sum, { served }) => sum + served, 0) / all.reduce((sum, { offered }) => sum + offered, 0)
}

describe.each(['the processor, fresh connections', 'the processor, 600 kept-alive connections'] as const)(
  'ten tenants of whom one goes to ten times its share when %s is scarce',
  (name) => {
    it('keeps serving the nine, and leaves nothing unused', async () => {
      const { result, leftOver } = await run({ ...servers[name], load, keys }, { durationMs: 20_000 })
      expect(servedToTheModest(result)).toBeGreaterThan(0.985)
      expect(result.between(fromMs, 20_000).goodput).toBeGreaterThan(0.94)
      expect(result.byKey.get('greedy')!.served).toBeGreaterThan(0.05 * result.byKey.get('greedy')!.offered)
      expect(leftOver).toBe(0)
    })

    it('would refuse half of what the nine ask for if it could not tell them apart', async () => {
      const alike = { ...servers[name], load, keys: { '': 1 } }
      const { result } = await run(alike, { durationMs: 20_000 })
      expect(result.between(fromMs, 20_000).served / result.between(fromMs, 20_000).offered).toBeLessThan(0.6)
    })
  },
)
