/** Laws of the leaky bucket's gate: random lives against a naive model that looks at every millisecond. */
import { createTicket, LeakyBucketGate } from '@spillway/core'
import type { Clock, Ticket, Verdict } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const intervalMs = 7
const maxDelayMs = 40
const maxQueue = 5

interface Waits {
  readonly id: number
  readonly cost: number
}

/** What should happen: a list, and a look at it every millisecond. */
class Queue {
  readonly log: string[] = []
  now = 0
  waiting: Waits[] = []
  /** From when on a slot is free. */
  free = 0
  last: { readonly id: number; readonly at: number; readonly cost: number } | undefined

  enter(id: number, cost: number, deadline: number): void {
    const slot = Math.max(this.free, this.now) + intervalMs * this.waiting.reduce((sum, one) => sum + one.cost, 0)
    const tooLong = slot - this.now - maxDelayMs
    const full = this.waiting.length >= maxQueue
    const untilRoom = full ? this.free - this.now : 0
    if (slot === this.now) this.#start({ id, cost })
    else if (tooLong > 0) this.note(id, `rate ${Math.max(tooLong, untilRoom)}`)
    else if (full) this.note(id, `queue-full ${untilRoom}`)
    else if (deadline < slot) this.note(id, 'deadline Infinity')
    else this.waiting.push({ id, cost })
  }

  cancel(id: number): void {
    if (this.waiting.some((one) => one.id === id)) this.note(id, 'cancelled Infinity')
    this.waiting = this.waiting.filter((one) => one.id !== id)
  }

  /** Only the last one's slots can be free again: all earlier ones have passed. */
  revoke(id: number): void {
    if (this.last?.id === id) this.free = Math.min(this.free, Math.max(this.now, this.last.at))
    this.dispatch()
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++
      this.dispatch()
    }
  }

  dispatch(): void {
    while (this.waiting.length > 0 && this.free <= this.now) this.#start(this.waiting.shift()!)
  }

  note(id: number, what: string): void {
    this.log.push(`${id}@${this.now} ${what}`)
  }

  #start({ id, cost }: Waits): void {
    this.free = Math.max(this.free, this.now) + cost * intervalMs
    this.last = { id, at: this.now, cost }
    this.note(id, 'ok')
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('enter'), n: fc.constantFrom(0, 5, 20, 1000, 1000, 1000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), n: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke'), n: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), n: fc.nat(20) }) },
)

describe('laws of LeakyBucketGate', () => {
  it('does what a naive queue would do, with one timer at most, and ends with none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.constantFrom(1, 1, 2), { minLength: 1 }),
        async (steps, costs) => {
          const clock = new VirtualClock()
          const gate = new LeakyBucketGate(clock, { limit: 2, windowMs: 2 * intervalMs, maxDelayMs, maxQueue })
          const queue = new Queue()
          const log: string[] = []
          const tickets: Ticket[] = []
          const admitted: number[] = []
          const hear = (id: number, no: Verdict): void => {
            log.push(`${id}@${clock.now()} ${no === undefined ? 'ok' : `${no.reason} ${no.retryAfterMs}`}`)
            if (no === undefined) admitted.push(id)
          }
          for (const { kind, n } of steps) {
            if (kind === 'enter') {
              const id = tickets.length
              const cost = costs[id % costs.length]!
              const ticket = createTicket(clock.now(), { cost, deadline: clock.now() + n })
              tickets.push(ticket)
              const verdict = gate.enter(ticket)
              if (verdict instanceof Promise) void verdict.then((no) => hear(id, no))
              else hear(id, verdict)
              queue.enter(id, cost, ticket.deadline)
            } else if (kind === 'cancel' && n < tickets.length) {
              gate.cancel(tickets[n]!)
              queue.cancel(n)
            } else if (kind === 'revoke' && n < admitted.length) {
              const id = admitted.splice(admitted.length - 1 - n, 1)[0]!
              gate.leave(tickets[id]!, 'revoked')
              queue.revoke(id)
            } else if (kind === 'advance') {
              await clock.advance(n)
              queue.advance(n)
            }
            await clock.flush()
            expect(log.toSorted()).toEqual(queue.log.toSorted())
            expect(gate.waiting).toBe(queue.waiting.length)
            expect(clock.pending).toBe(queue.waiting.length > 0 ? 1 : 0)
          }
          await clock.runAll()
          expect(log).toHaveLength(tickets.length)
          expect(clock.now() - queue.now).toBeLessThanOrEqual(maxDelayMs)
          expect([gate.waiting, clock.pending]).toEqual([0, 0])
        },
      ),
      { numRuns: 200 },
    )
  })

  it('lets 20,000 wait and cancel in any order with work in proportion to their number', async () => {
    let timers = 0
    const clock: Clock = { now: () => 0, after: () => (timers++, () => {}) }
    const gate = new LeakyBucketGate(clock, { limit: 1e6, windowMs: 1000, maxQueue: 20_000 })
    const tickets = Array.from({ length: 20_001 }, () => createTicket(0))
    const verdicts = tickets.map((ticket) => gate.enter(ticket))
    expect(gate.waiting).toBe(20_000)
    for (let i = 0; i < 20_000; i++) gate.cancel(tickets[1 + ((i * 7919) % 20_000)]!)
    expect([gate.waiting, timers]).toEqual([0, 1])
    for (const verdict of verdicts.slice(1)) expect((await verdict)?.reason).toBe('cancelled')
  })
})
