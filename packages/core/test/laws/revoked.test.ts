/** The law of `revoked`: a refusal anywhere leaves no trace anywhere. */
import { all, ConcurrencyLimiter, createTicket, FixedLimit, when, type Limiter, type Ticket } from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rules } from '../rate/rules.ts'
import { Budget, Spaced } from '../support/limiters.ts'

type Spec =
  | { readonly kind: 'concurrency' | 'spaced' | 'budget'; readonly n: number }
  | { readonly kind: 'rate'; readonly n: number; readonly rule: number }
  | { readonly kind: 'when'; readonly n: number; readonly of: Spec }
  | { readonly kind: 'all'; readonly of: readonly Spec[] }

const n = fc.integer({ min: 1, max: 8 })
const leaf = fc.oneof(
  fc.record({ kind: fc.constantFrom('concurrency' as const, 'spaced' as const, 'budget' as const), n }),
  fc.record({ kind: fc.constant('rate' as const), n, rule: fc.nat(rules.length - 1) }),
)
const { tree } = fc.letrec<{ tree: Spec }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant('when' as const), n: fc.nat(2), of: tie('tree') }),
    fc.record({ kind: fc.constant('all' as const), of: fc.array(tie('tree'), { maxLength: 4 }) }),
  ),
}))

/** Builds the tree; `states` get a way to read each leaf. */
function build(spec: Spec, states: ((now: number) => unknown)[]): Limiter {
  if (spec.kind === 'all') return all(...spec.of.map((child) => build(child, states)))
  if (spec.kind === 'when') return when((ticket) => ticket.priority !== spec.n, build(spec.of, states))
  if (spec.kind === 'concurrency') {
    const limiter = new ConcurrencyLimiter(new FixedLimit(spec.n))
    states.push(() => limiter.inflight)
    return checked(limiter)
  }
  if (spec.kind === 'rate') {
    const limiter = rules[spec.rule]!.make({ limit: spec.n, windowMs: 5 })
    states.push((now) => {
      const { remaining, nextMs, resetMs } = limiter.describe(createTicket(now), now)[0]!
      // Counted from where each was first asked, so that times differ in the last place.
      return [remaining, nextMs.toFixed(6), resetMs.toFixed(6), limiter.isIdle(now)]
    })
    return checked(limiter)
  }
  const limiter = spec.kind === 'spaced' ? new Spaced(spec.n) : new Budget(spec.n * 2)
  // When the next may come is only told apart while it is to come.
  states.push((now) => (limiter instanceof Spaced ? Math.max(limiter.nextAt, now) : limiter.left))
  return checked(limiter)
}

const step = fc.record({
  settle: fc.boolean(),
  pick: fc.nat(50),
  outcome: fc.constantFrom('success' as const, 'dropped' as const, 'ignored' as const),
  cost: fc.nat(3),
  priority: fc.nat(3),
  pause: fc.nat(3),
})

test('a tree of limiters that was asked in vain behaves as one that was never asked', () => {
  fc.assert(
    fc.property(tree, fc.array(step, { maxLength: 60 }), (spec, steps) => {
      const statesOfAsked: ((now: number) => unknown)[] = []
      const statesOfSpared: ((now: number) => unknown)[] = []
      const asked = build(spec, statesOfAsked)
      const spared = build(spec, statesOfSpared)
      const running: Ticket[] = []
      let now = 0
      for (const { settle, pick, outcome, cost, priority, pause } of steps) {
        now += pause
        if (settle && running.length > 0) {
          const ticket = running.splice(pick % running.length, 1)[0]!
          asked.settle(ticket, now, outcome)
          spared.settle(ticket, now, outcome)
        } else {
          const ticket = createTicket(now, { cost, priority })
          if (asked.admit(ticket, now) === undefined) {
            expect(spared.admit(ticket, now)).toBeUndefined()
            running.push(ticket)
          }
        }
      }
      for (const ticket of running) {
        asked.settle(ticket, now, 'ignored')
        spared.settle(ticket, now, 'ignored')
      }
      expect(statesOfAsked.map((state) => state(now))).toEqual(statesOfSpared.map((state) => state(now)))
    }),
    { numRuns: 500 },
  )
})
