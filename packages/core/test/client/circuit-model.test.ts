/** The circuit breaker against a plain machine that keeps every call it ever saw. */
import { CircuitBreaker, createTicket, type CircuitOptions, type Outcome, type Ticket } from '@spillway/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

interface Rule {
  readonly consecutiveFailures: number | undefined
  readonly failureRatio: number | undefined
  readonly slowCallRatio: number | undefined
  readonly window: { readonly calls: number } | { readonly ms: number }
  readonly minimumCalls: number
  readonly openFactor: number
  readonly probes: number
  readonly successesToClose: number
}

const slowCallMs = 40
const openMs = 60
const maxOpenMs = 300
const probeTimeoutMs = 150

interface Call {
  /** In which period between two changes it was let in: the plain way to know what is late. */
  readonly period: number
  readonly startedAt: number
}

/** Written from the description, with lists for everything and no thought of speed. */
class Machine {
  kind: 'closed' | 'open' | 'half-open' | 'isolated' = 'closed'
  readonly #rule: Rule
  #period = 0
  #ended: { readonly at: number; readonly failed: boolean; readonly slow: boolean }[] = []
  #until = 0
  #openings = 0
  #probes: Call[] = []
  #good = 0
  #lastProbeAt = 0

  constructor(rule: Rule) {
    this.#rule = rule
  }

  /** The call, or how long to wait. */
  admit(now: number): Call | number {
    if (this.kind === 'isolated') return openMs
    if (this.kind === 'open') {
      if (now < this.#until) return this.#until - now
      this.#become('half-open')
    }
    const call = { period: this.#period, startedAt: now }
    if (this.kind === 'closed') return call
    const { probes, successesToClose } = this.#rule
    if (this.#probes.length < probes && this.#probes.length + this.#good < successesToClose) {
      this.#probes.push(call)
      this.#lastProbeAt = now
      return call
    }
    if (now - this.#lastProbeAt < probeTimeoutMs) return 1000
    this.#open(now)
    return this.#until - now
  }

  settle(call: Call, now: number, outcome: Outcome): void {
    if (call.period !== this.#period) return
    const failed = outcome === 'dropped'
    const slow = this.#rule.slowCallRatio !== undefined && now - call.startedAt >= slowCallMs
    const says = failed || outcome === 'success'
    if (this.kind === 'half-open') {
      this.#probes = this.#probes.filter((probe) => probe !== call)
      if (says && (failed || slow)) this.#open(now)
      else if (says && ++this.#good === this.#rule.successesToClose) this.#become('closed')
    } else if (says) {
      this.#ended.push({ at: now, failed, slow })
      if (this.#isTooMuch(now)) this.#open(now)
    }
  }

  isolate(): void {
    this.#become('isolated')
  }

  close(): void {
    this.#become('closed')
  }

  #isTooMuch(now: number): boolean {
    const { consecutiveFailures = Infinity, failureRatio = Infinity, slowCallRatio = Infinity } = this.#rule
    const { window, minimumCalls } = this.#rule
    const last = this.#ended.at(-1)!
    const sinceSuccess = this.#ended.length - 1 - this.#ended.findLastIndex(({ failed }) => !failed)
    if (last.failed && sinceSuccess >= consecutiveFailures) return true
    const slot = (at: number): number => ('ms' in window ? Math.floor(at / (window.ms / 10)) : 0)
    const seen =
      'ms' in window ? this.#ended.filter(({ at }) => slot(now) - slot(at) <= 10) : this.#ended.slice(-window.calls)
    if (seen.length < minimumCalls) return false
    const failing = seen.filter(({ failed }) => failed).length / seen.length >= failureRatio
    const slowing = seen.filter(({ slow }) => slow).length / seen.length >= slowCallRatio
    return (last.failed && failing) || (last.slow && slowing)
  }

  #open(now: number): void {
    this.#openings++
    this.#until = now + Math.min(maxOpenMs, openMs * this.#rule.openFactor ** (this.#openings - 1))
    this.#become('open')
  }

  #become(kind: Machine['kind']): void {
    this.kind = kind
    this.#period++
    this.#ended = []
    this.#probes = []
    this.#good = 0
    if (kind === 'closed' || kind === 'isolated') this.#openings = 0
  }
}

const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

const rules: fc.Arbitrary<Rule> = fc.record({
  consecutiveFailures: sometimes(fc.integer({ min: 1, max: 4 })),
  failureRatio: sometimes(fc.constantFrom(0.2, 0.5, 1)),
  slowCallRatio: sometimes(fc.constantFrom(0.3, 0.6)),
  window: fc.oneof(fc.record({ calls: fc.integer({ min: 4, max: 9 }) }), fc.constant({ ms: 1000 })),
  minimumCalls: fc.integer({ min: 1, max: 4 }),
  openFactor: fc.constantFrom(1, 2),
  probes: fc.integer({ min: 1, max: 3 }),
  successesToClose: fc.integer({ min: 1, max: 3 }),
})

const move = fc.record({
  // Time always moves between changes: at one instant the breaker cannot tell a call before from one after.
  pause: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 45 }) }, fc.integer({ min: 1, max: 700 })),
  act: fc.oneof(
    { weight: 25, arbitrary: fc.constant('admit' as const) },
    { weight: 25, arbitrary: fc.constant('settle' as const) },
    { weight: 1, arbitrary: fc.constant('by hand' as const) },
  ),
  pick: fc.nat(20),
  outcome: fc.constantFrom<Outcome>('success', 'success', 'success', 'dropped', 'dropped', 'ignored', 'revoked'),
})

function optionsOf(rule: Rule): CircuitOptions {
  const { consecutiveFailures, failureRatio, slowCallRatio, window, ...rest } = rule
  return {
    ...rest,
    ...(consecutiveFailures === undefined ? {} : { consecutiveFailures }),
    ...(failureRatio === undefined ? {} : { failureRatio }),
    ...(slowCallRatio === undefined ? {} : { slowCallRatio, slowCallMs }),
    ...('ms' in window ? { windowMs: window.ms } : { windowCalls: window.calls }),
    openMs,
    maxOpenMs,
    probeTimeoutMs,
  }
}

test('does what the plain machine does, step by step', () => {
  const judged = rules.map((rule) =>
    rule.consecutiveFailures === undefined && rule.slowCallRatio === undefined && rule.failureRatio === undefined
      ? { ...rule, failureRatio: 0.5 }
      : rule,
  )
  const visited = new Set<string>()
  fc.assert(
    fc.property(judged, fc.array(move, { maxLength: 150 }), (rule, moves) => {
      const breaker = new CircuitBreaker(optionsOf(rule))
      const machine = new Machine(rule)
      const running: { readonly ticket: Ticket; readonly call: Call }[] = []
      let now = 0
      for (const { pause, act, pick, outcome } of moves) {
        now += pause
        if (act === 'by hand') {
          const hand = pick < 5 ? 'isolate' : 'close'
          breaker[hand](now)
          machine[hand]()
        } else if (act === 'admit') {
          const ticket = createTicket(now)
          const no = breaker.admit(ticket, now)
          const call = machine.admit(now)
          expect(no?.retryAfterMs).toEqual(typeof call === 'number' ? call : undefined)
          if (typeof call !== 'number') running.push({ ticket, call })
        } else if (running.length > 0) {
          const [one] = running.splice(pick % running.length, 1)
          breaker.settle(one!.ticket, now, outcome)
          machine.settle(one!.call, now, outcome)
        }
        expect(breaker.state.kind).toBe(machine.kind)
        visited.add(machine.kind)
      }
    }),
    { numRuns: 600 },
  )
  expect([...visited].toSorted()).toEqual(['closed', 'half-open', 'isolated', 'open'])
})
