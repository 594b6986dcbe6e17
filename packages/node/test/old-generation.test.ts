/** How much room there is for what lives longer than a moment. */
import { describe, expect, it } from 'vitest'
import { readHeap } from '../src/heap.ts'
import { oldGenerationLimit, oldGenerationUsed } from '../src/old-generation.ts'

const megabyte = 2 ** 20

function limitMb(flags: readonly string[], maxOldGenerationSizeMb?: number): number | undefined {
  const resourceLimits = maxOldGenerationSizeMb === undefined ? {} : { maxOldGenerationSizeMb }
  const limit = oldGenerationLimit({ flags, resourceLimits, heapLimitBytes: 256 * megabyte })
  return limit === undefined ? undefined : limit / megabyte
}

describe('oldGenerationLimit', () => {
  it.each<[string, readonly string[], number]>([
    ['what V8 reports without flags', [], 256],
    ['what a flag says', ['--max-old-space-size=64'], 64],
    ['the same with underscores', ['--max_old_space_size=64'], 64],
    ['the last of several', ['--max-old-space-size=64', '--expose-gc', '--max-old-space-size=96'], 96],
    ['less the young one where only that has a flag', ['--max-semi-space-size=8'], 232],
    ['what the flag of the old one says where both have', ['--max-semi-space-size=8', '--max-old-space-size=64'], 64],
    [
      'what V8 reports for flags that say nothing',
      ['--max-old-space-size', '--max-old-space-size=', '--max-old-space-size=x'],
      256,
    ],
    ['the same for one that says 0', ['--max-old-space-size=0'], 256],
    ['the same for a young one that would be all of it', ['--max-semi-space-size=100'], 256],
    ['the same for other flags', ['--max-old-space-size-percentage=5', 'max-old-space-size=5', '', '--=5'], 256],
  ])('is %s', (_what, flags, expected) => {
    expect(limitMb(flags)).toBe(expected)
  })

  it('is that of a worker thread where there is one', () => {
    expect(limitMb(['--max-old-space-size=64'], 32)).toBe(32)
    expect(limitMb(['--max-old-space-size=64'], -1)).toBe(64)
  })

  it('is none where V8 reports a limit that is none', () => {
    expect(oldGenerationLimit({ flags: [], resourceLimits: {}, heapLimitBytes: 0 })).toBeUndefined()
  })
})

describe('the heap of this process', () => {
  it('is told by its old generation', () => {
    const { usedBytes, limitBytes } = readHeap()!
    expect(usedBytes).toBeGreaterThan(megabyte)
    expect(usedBytes).toBeLessThan(limitBytes!)
    expect(oldGenerationUsed()! / usedBytes).toBeCloseTo(1, 1)
    expect(usedBytes).toBeLessThan(process.memoryUsage().heapTotal)
  })
})
