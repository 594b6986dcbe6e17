/** Laws of modes: whatever they are and become, the gate inside lets in and is left equally often, and shadow delays nobody. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  Guard,
  PacedGate,
  QueueGate,
  series,
  withGateMode,
  type Gate,
  type Limiter,
  type Mode,
  type Ticket,
  type Verdict,
} from '@spillway/core'
import { checked, seededRandom, VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Budget } from '../support/limiters.ts'

const modes: readonly Mode[] = ['enforce', 'shadow', 'off']
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('enter'), n: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('leave'), n: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), n: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again'), n: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mode'), n: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ratio'), n: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), n: fc.nat(30) }) },
)

/** Gates of every kind around one watched limiter. */
const gates: Readonly<Record<string, (limiter: Limiter, clock: VirtualClock) => Gate>> = {
  'that never waits': (limiter, clock) => new Guard(limiter, clock),
  'with a queue': (limiter, clock) => new QueueGate(limiter, new Fifo({ capacity: 3 }), clock, { maxWaitMs: 20 }),
  'that owns the run queue': (limiter, clock) => new PacedGate(limiter, clock, clock, { maxQueue: 3, maxWaitMs: 20 }),
  'behind another': (limiter, clock) =>
    series(
      new Guard(new ConcurrencyLimiter(new FixedLimit(4)), clock),
      new QueueGate(limiter, new Fifo({ capacity: 3 }), clock, { maxWaitMs: 20 }),
    ),
}

/** Keeps who is in, and counts what a mode does not allow. */
class Scene {
  readonly clock = new VirtualClock()
  readonly limiter = new ConcurrencyLimiter(new FixedLimit(2))
  readonly budget = new Budget(1_000_000)
  readonly watched = checked(all(this.budget, this.limiter))
  readonly gate
  readonly tickets: Ticket[] = []
  readonly running: Ticket[] = []
  readonly waiting = new Set<Ticket>()
  decisions = 0
  /** Verdicts other than yes at once where nothing is enforced. */
  delays = 0
  mode: Mode = 'enforce'
  ratio = 1

  constructor(make: (limiter: Limiter, clock: VirtualClock) => Gate) {
    this.gate = withGateMode(make(this.watched, this.clock), { random: seededRandom(7) })
  }

  enter(ticket: Ticket): void {
    this.tickets.push(ticket)
    const verdict = this.gate.enter(ticket)
    if (this.mode !== 'enforce' || this.ratio === 0) this.delays += verdict === undefined ? 0 : 1
    if (!(verdict instanceof Promise)) return this.#hear(ticket, verdict)
    this.waiting.add(ticket)
    void verdict.then((late) => {
      this.waiting.delete(ticket)
      this.#hear(ticket, late)
    })
  }

  leave(n: number): void {
    const [ticket] = this.running.splice(n % Math.max(1, this.running.length), 1)
    if (ticket !== undefined) this.gate.leave(ticket, 'success')
  }

  /** The same ticket once more: possible when it is neither in nor waits. */
  again(n: number): void {
    const ticket = this.tickets[n % Math.max(1, this.tickets.length)]
    if (ticket !== undefined && !this.running.includes(ticket) && !this.waiting.has(ticket)) this.enter(ticket)
  }

  #hear(ticket: Ticket, verdict: Verdict): void {
    this.decisions++
    if (verdict === undefined) this.running.push(ticket)
  }

  async do(kind: string, n: number): Promise<void> {
    if (kind === 'enter') this.enter(createTicket(this.clock.now(), { key: n === 0 ? '' : `k${n}` }))
    else if (kind === 'leave') this.leave(n)
    else if (kind === 'again') this.again(n)
    else if (kind === 'cancel' && n < this.tickets.length) this.gate.cancel(this.tickets[n]!)
    else if (kind === 'mode') this.gate.update({ mode: (this.mode = modes[n]!) })
    else if (kind === 'ratio') this.gate.update({ enforceRatio: (this.ratio = n / 4) })
    else if (kind === 'advance') await this.clock.advance(n)
    await this.clock.flush()
  }
}

test.each(Object.entries(gates))('a gate %s is left as often as it lets in', async (_what, make) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const scene = new Scene(make)
      for (const { kind, n } of steps) {
        await scene.do(kind, n)
        expect(scene.limiter.inflight).toBeLessThanOrEqual(2)
        expect(scene.delays).toBe(0)
        const { admitted, refused } = scene.gate.snapshot()
        expect(admitted + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(scene.decisions)
      }
      // Everybody goes, and whoever the gate still makes wait gets its verdict in bounded time.
      for (let rounds = 0; rounds < 5 || scene.running.length > 0; rounds++) {
        while (scene.running.length > 0) scene.leave(0)
        await scene.clock.advance(50)
      }
      expect(scene.waiting.size).toBe(0)
      expect([scene.watched.inflight, scene.limiter.inflight]).toEqual([0, 0])
      for (const ticket of scene.tickets) expect(scene.gate.shadowed(ticket)).toBeUndefined()
      expect([scene.gate.failures, scene.clock.pending]).toEqual([0, 0])
    }),
    { numRuns: 200 },
  )
})

test('in shadow from start to end, it refuses and counts what the gate alone would, when nobody stays long', async () => {
  // Work that ends at once leaves the gate as it would if it were enforced, so both see the same.
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 50 }), async (gaps) => {
      const refusals = async (mode: Mode): Promise<number> => {
        const clock = new VirtualClock()
        const limiter = checked(new Budget(10))
        const gate = withGateMode(new QueueGate(limiter, new Fifo({ capacity: 3 }), clock), { mode })
        for (const gap of gaps) {
          await clock.advance(gap)
          const ticket = createTicket(clock.now())
          const verdict = await gate.enter(ticket)
          if (verdict === undefined) gate.leave(ticket, 'success')
        }
        await clock.runAll()
        const { refused, wouldRefuse } = gate.snapshot()
        return refused.rate + wouldRefuse.rate
      }
      expect(await refusals('shadow')).toBe(await refusals('enforce'))
    }),
    { numRuns: 30 },
  )
})
