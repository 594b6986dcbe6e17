/** Idle time soon after a refusal is a refusal too many. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Slack } from '../../src/pace/slack.ts'

const serviceMs = 5
const memoryMs = 200

/** Refuses at `at`, runs dry `dryMs` later, and goes on after `idleMs`. */
function episode(slack: Slack, at: number, { dryMs = 50, idleMs = 30 } = {}): void {
  slack.refused(at)
  slack.ranDry(at + dryMs)
  slack.restarted(at + dryMs + idleMs, serviceMs, memoryMs)
}

describe('Slack', () => {
  it('is 1 until something is regretted', () => {
    const slack = new Slack()
    slack.restarted(1, serviceMs, memoryMs)
    slack.ranDry(10)
    slack.restarted(500, serviceMs, memoryMs)
    expect(slack.factor).toBe(1)
  })

  it('grows by a quarter when the server stands idle soon after a refusal', () => {
    const slack = new Slack()
    episode(slack, 1000)
    expect(slack.factor).toBe(1.25)
  })

  it('regrets nothing when the idle time is no longer than two starts take', () => {
    const slack = new Slack()
    episode(slack, 1000, { idleMs: 2 * serviceMs })
    expect(slack.factor).toBe(1)
  })

  it('regrets nothing when the refusal was long ago', () => {
    const slack = new Slack()
    episode(slack, 1000, { dryMs: memoryMs })
    expect(slack.factor).toBe(1)
  })

  it('counts an idle time once', () => {
    const slack = new Slack()
    episode(slack, 1000)
    slack.restarted(1100, serviceMs, memoryMs)
    expect(slack.factor).toBe(1.25)
  })

  it('comes down by a fiftieth each time, and not within a second of a regret', () => {
    const slack = new Slack()
    episode(slack, 1000)
    slack.ranDry(2000)
    slack.restarted(2080, serviceMs, memoryMs)
    expect(slack.factor).toBe(1.25)
    slack.ranDry(2090)
    slack.restarted(2100, serviceMs, memoryMs)
    expect(slack.factor).toBeCloseTo(1.25 * 0.98, 12)
  })

  it('does not come down while nothing runs dry', () => {
    const slack = new Slack()
    episode(slack, 1000)
    for (let at = 3000; at < 4000; at += 100) slack.restarted(at, serviceMs, memoryMs)
    expect(slack.factor).toBe(1.25)
  })

  it('stays between 1 and 16, whatever happens', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.double({ min: 0, max: 500, noNaN: true }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const slack = new Slack()
        let now = 0
        for (const [kind, ms] of steps) {
          now += ms
          if (kind === 0) slack.refused(now)
          else if (kind === 1) slack.ranDry(now)
          else slack.restarted(now, serviceMs, memoryMs)
          expect(slack.factor >= 1 && slack.factor <= 16).toBe(true)
        }
      }),
    )
    const slack = new Slack()
    for (let at = 0; at < 100_000; at += 500) episode(slack, at)
    expect(slack.factor).toBe(16)
    for (let at = 200_000; at < 300_000; at += 100) {
      slack.ranDry(at)
      slack.restarted(at + 50, serviceMs, memoryMs)
    }
    expect(slack.factor).toBe(1)
  })
})
