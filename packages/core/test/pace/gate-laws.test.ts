/** Laws of the paced gate, whatever comes, leaves, hangs up and connects in whatever order. */
import { ConcurrencyLimiter, PacedGate, SettableLimit, createTicket, type Ticket, type Verdict } from '@spillway/core'
import { VirtualClock, checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const maxStepMs = 15
const step = fc.record({
  kind: fc.constantFrom('enter', 'enter', 'enter', 'leave', 'leave', 'cancel', 'arrived', 'advance', 'turn', 'limit'),
  n: fc.nat(maxStepMs),
})
const options = fc.record({
  maxQueue: fc.integer({ min: 0, max: 8 }),
  maxWaitMs: fc.integer({ min: 1, max: 60 }),
  turnBudgetMs: fc.integer({ min: 0, max: 10 }),
  maxLookMs: fc.integer({ min: 0, max: 10 }),
})

/** What the gate is told, and what must be true of it by its answers alone. */
class Model {
  readonly clock = new VirtualClock()
  readonly limit = new SettableLimit(2)
  readonly limiter = new ConcurrencyLimiter(this.limit)
  readonly watched = checked(this.limiter)
  readonly tickets: Ticket[] = []
  readonly waiting = new Set<Ticket>()
  readonly running: Ticket[] = []
  refused = 0
  admitted = 0
  #turn: (() => void)[] = []
  readonly gate: PacedGate
  readonly maxWaitMs: number

  constructor(pace: { maxWaitMs: number }) {
    this.maxWaitMs = pace.maxWaitMs
    // A loop that turns when it is told to: time passes between two turns, as under load.
    this.gate = new PacedGate(this.watched, this.clock, { nextTurn: (fn) => void this.#turn.push(fn) }, pace)
  }

  enter(n: number): void {
    const ticket = createTicket(this.clock.now(), { priority: n % 4 })
    this.tickets.push(ticket)
    const verdict = this.gate.enter(ticket)
    if (!(verdict instanceof Promise)) return this.#hear(ticket, verdict)
    this.waiting.add(ticket)
    void verdict.then((late) => {
      this.waiting.delete(ticket)
      this.#hear(ticket, late)
    })
  }

  #hear(ticket: Ticket, verdict: Verdict): void {
    if (verdict !== undefined) this.refused++
    else this.admitted++
    if (verdict === undefined) this.running.push(ticket)
  }

  leave(n: number): void {
    const [ticket] = this.running.splice(n % Math.max(1, this.running.length), 1)
    if (ticket !== undefined) this.gate.leave(ticket, (['success', 'dropped', 'ignored', 'revoked'] as const)[n % 4]!)
  }

  async turn(ms = 0): Promise<void> {
    await this.clock.advance(ms)
    const turn = this.#turn
    this.#turn = []
    for (const fn of turn) fn()
    await this.clock.flush()
  }

  get turning(): boolean {
    return this.#turn.length > 0
  }

  async play({ kind, n }: { kind: string; n: number }): Promise<void> {
    if (kind === 'enter') this.enter(n)
    else if (kind === 'leave') this.leave(n)
    else if (kind === 'cancel') this.gate.cancel(this.tickets[this.tickets.length - 1 - n] ?? createTicket(0))
    else if (kind === 'arrived') this.gate.arrived()
    else if (kind === 'limit') this.limit.set(1 + (n % 4))
    else await this.turn(kind === 'advance' ? n : 0)
    await this.clock.flush()
  }

  /** What does not add up. */
  breaches(): string[] {
    const { admitted, refused } = this.gate.decisions
    const counts: Record<string, readonly [found: number, expected: number]> = {
      admitted: [admitted, this.admitted],
      refused: [Object.values(refused).reduce((sum, count) => sum + count, 0), this.refused],
      entered: [this.admitted + this.refused + this.waiting.size, this.tickets.length],
      waiting: [this.gate.snapshot().waiting, this.waiting.size],
      inflight: [this.limiter.inflight, this.running.length],
    }
    const wrong = Object.entries(counts).filter(([, [found, expected]]) => found !== expected)
    // One turn of the loop is the longest step here, and a timer fires a millisecond late at most.
    const since = this.clock.now() - this.maxWaitMs - maxStepMs - 1
    const late = [...this.waiting].filter((ticket) => ticket.arrivedAt < since)
    return [
      ...wrong.map(([name, [found, expected]]) => `${name} ${found}, expected ${expected}`),
      ...late.map((ticket) => `waits since ${ticket.arrivedAt} at ${this.clock.now()}`),
    ]
  }
}

test('answers everybody exactly once and in time, and its books agree with what was heard', async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 80 }), fc.boolean(), async (pace, steps, closes) => {
      const model = new Model({ ...pace })
      let highest = model.limit.value
      for (const each of steps) {
        const before = model.limiter.inflight
        await model.play(each)
        if (each.kind === 'limit') highest = Math.max(before, model.limit.value)
        expect(model.limiter.inflight).toBeLessThanOrEqual(Math.max(highest, model.limit.value))
        if (each.kind === 'advance') await model.turn()
        expect(model.breaches()).toEqual([])
      }
      if (closes) {
        model.gate.close()
        await model.clock.flush()
        expect(model.waiting.size).toBe(0)
        expect(model.breaches()).toEqual([])
      }
      // Nothing ends any more, and still everybody who waits hears something.
      for (let left = 40; model.waiting.size > 0 && left > 0; left--) await model.turn(2)
      expect(model.waiting.size).toBe(0)
      expect(model.breaches()).toEqual([])
      while (model.running.length > 0) model.leave(0)
      for (let left = 100; model.turning && left > 0; left--) await model.turn()
      expect(model.turning).toBe(false)
      expect([model.limiter.inflight, model.watched.inflight]).toEqual([0, 0])
      await model.clock.runAll()
      expect(model.clock.pending).toBe(0)
      if (!closes) return
      const admitted = model.admitted
      for (let n = 0; n < 4; n++) model.enter(n)
      expect(model.admitted).toBe(admitted)
    }),
    { numRuns: 150 },
  )
})

test('never lets more in than the limit allows, and never leaves a place empty that somebody waits for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), async (limit, steps) => {
      const model = new Model({ maxWaitMs: 1000 })
      model.limit.set(limit)
      for (const each of steps) {
        if (each.kind === 'limit') continue
        await model.play(each)
        expect(model.limiter.inflight).toBeLessThanOrEqual(limit)
        // As long as somebody waits there is either no room or a turn to come that fills it.
        if (model.waiting.size > 0 && !model.turning) expect(model.limiter.inflight).toBe(limit)
      }
    }),
    { numRuns: 150 },
  )
})
