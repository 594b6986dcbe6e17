/** A gate that is enforced, only watched, or left alone. */
import {
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  Guard,
  QueueGate,
  withGateMode,
  type Gate,
  type Outcome,
  type Rejection,
  type Ticket,
  type Verdict,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'
import { Budget } from '../support/limiters.ts'

const no: Rejection = { reason: 'queue-timeout', limiter: 'm', retryAfterMs: 1 }

/** Answers each ticket when and how it is told to, and writes down the rest. */
class Manual implements Gate {
  readonly log: string[] = []
  readonly answers = new Map<Ticket, { yes: () => void; no: () => void; fail: () => void }>()
  enter(ticket: Ticket): Promise<Verdict> {
    this.log.push(`enter ${ticket.key}`)
    return new Promise((resolve, reject) => {
      const yes = (): void => {
        ticket.startedAt = 99
        resolve(undefined)
      }
      this.answers.set(ticket, { yes, no: () => resolve(no), fail: () => reject(new Error('broken')) })
    })
  }
  leave(ticket: Ticket, outcome: Outcome): void {
    this.log.push(`leave ${ticket.key} ${outcome} ${ticket.startedAt}`)
  }
  cancel(ticket: Ticket): void {
    this.log.push(`cancel ${ticket.key}`)
  }
  arrived(): void {
    this.log.push('arrived')
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

describe('in shadow', () => {
  function scene() {
    const inner = new Manual()
    const gate = withGateMode(inner, { mode: 'shadow' })
    const a = createTicket(7, { key: 'a' })
    expect(gate.enter(a)).toBeUndefined()
    return { inner, gate, a, fate: gate.shadowed(a), answer: inner.answers.get(a)! }
  }

  it('work that would wait is in at once, and counted', () => {
    const { gate, fate } = scene()
    expect(fate).toBeInstanceOf(Promise)
    expect(gate.snapshot()).toMatchObject({ mode: 'shadow', admitted: 1, wouldWait: 1, notAsked: 0 })
  })

  it('work that the gate lets in later is left with its own outcome when it ends, as having run from the start', async () => {
    const { inner, gate, a, answer, fate } = scene()
    answer.yes()
    expect(await fate).toBeUndefined()
    expect([a.startedAt, gate.shadowed(a)]).toEqual([7, undefined])
    gate.leave(a, 'success')
    expect(inner.log).toEqual(['enter a', 'leave a success 7'])
    expect(gate.snapshot().admitted).toBe(1)
  })

  it('work that has ended before the gate lets it in is left at once, as ignored', async () => {
    const { inner, gate, a, answer } = scene()
    gate.leave(a, 'success')
    expect(inner.log).toEqual(['enter a'])
    answer.yes()
    await settled()
    expect(inner.log).toEqual(['enter a', 'leave a ignored 99'])
    expect(gate.shadowed(a)).toBeUndefined()
  })

  it('work that the gate refuses later is counted then, and never left', async () => {
    const { inner, gate, a, answer, fate } = scene()
    expect(gate.snapshot().wouldRefuse['queue-timeout']).toBe(0)
    answer.no()
    expect(await fate).toBe(no)
    expect(gate.shadowed(a)).toBe(no)
    gate.leave(a, 'success')
    expect(gate.shadowed(a)).toBeUndefined()
    expect(inner.log).toEqual(['enter a'])
    expect(gate.snapshot()).toMatchObject({ admitted: 1, wouldWait: 1, wouldRefuse: { 'queue-timeout': 1 } })
  })

  it('work that ends first and is refused then is counted, and never left', async () => {
    const { inner, gate, a, answer } = scene()
    gate.leave(a, 'dropped')
    answer.no()
    await settled()
    expect(inner.log).toEqual(['enter a'])
    expect(gate.shadowed(a)).toBeUndefined()
    expect(gate.snapshot().wouldRefuse['queue-timeout']).toBe(1)
  })

  it('the time at which work started is what it was whenever it ends', () => {
    const { gate, a } = scene()
    a.startedAt = 50 // as a gate does that tries in vain to let it in
    gate.leave(a, 'success')
    expect(a.startedAt).toBe(7)
  })

  it('nobody can be cancelled who is in', () => {
    const { inner, gate, a } = scene()
    gate.cancel(a)
    gate.cancel(createTicket(0, { key: 'other' }))
    expect(inner.log).toEqual(['enter a', 'cancel other'])
  })

  it('a ticket may come again while the gate still thinks that it waits', async () => {
    for (const verdict of ['yes', 'no'] as const) {
      const { inner, gate, a, answer } = scene()
      gate.leave(a, 'success')
      expect(gate.enter(a)).toBeUndefined()
      answer[verdict]()
      await settled()
      expect(gate.shadowed(a)).toBeUndefined()
      gate.leave(a, 'dropped')
      expect(inner.log.filter((line) => line.startsWith('enter'))).toEqual(['enter a'])
      expect(inner.log.filter((line) => line.startsWith('leave'))).toEqual(
        verdict === 'yes' ? ['leave a ignored 99'] : [],
      )
      expect(gate.shadowed(a)).toBeUndefined()
      expect(gate.snapshot()).toMatchObject({ admitted: 2, notAsked: 1 })
    }
  })

  it('and may end again before the gate knows', async () => {
    const { inner, gate, a, answer } = scene()
    gate.leave(a, 'success')
    void gate.enter(a)
    gate.leave(a, 'success')
    answer.yes()
    await settled()
    expect(inner.log).toEqual(['enter a', 'leave a ignored 99'])
    // Nothing is left of it: the next time is the gate's own again.
    gate.update({ mode: 'enforce' })
    const verdict = gate.enter(a)
    inner.answers.get(a)!.yes()
    expect(await verdict).toBeUndefined()
    gate.leave(a, 'success')
    expect(inner.log.slice(2)).toEqual(['enter a', 'leave a success 99'])
  })

  it('a gate that breaks its promise is counted, and not left', async () => {
    const { inner, gate, a, answer, fate } = scene()
    answer.fail()
    expect(await fate).toBeUndefined()
    gate.leave(a, 'success')
    expect([gate.failures, inner.log]).toEqual([1, ['enter a']])
  })

  it('a refusal that is known at once is counted at once', () => {
    const clock = new VirtualClock()
    const inner = new ConcurrencyLimiter(new FixedLimit(1))
    const gate = withGateMode(new Guard(checked(inner), clock), { mode: 'shadow' })
    const [a, b] = [createTicket(0), createTicket(0)]
    expect([gate.enter(a), gate.enter(b)]).toEqual([undefined, undefined])
    expect(gate.shadowed(b)).toMatchObject({ reason: 'concurrency' })
    expect(gate.snapshot()).toMatchObject({ admitted: 2, wouldWait: 0, wouldRefuse: { concurrency: 1 } })
    gate.leave(b, 'success')
    expect(inner.inflight).toBe(1)
    gate.leave(a, 'success')
    expect(inner.inflight).toBe(0)
  })
})

describe('off', () => {
  it('does not ask the gate, nor tell it of connections', () => {
    const inner = new Manual()
    const gate = withGateMode(inner, { mode: 'off' })
    const a = createTicket(0)
    expect(gate.enter(a)).toBeUndefined()
    gate.arrived()
    gate.leave(a, 'success')
    expect(inner.log).toEqual([])
    expect(gate.snapshot()).toMatchObject({ admitted: 1, notAsked: 1, wouldWait: 0 })
  })
})

describe('enforced', () => {
  it('verdicts are the gate’s own, and counted when they are known', async () => {
    const inner = new Manual()
    const gate = withGateMode(inner)
    const [a, b] = ['a', 'b'].map((key) => createTicket(0, { key }))
    const [first, second] = [gate.enter(a!), gate.enter(b!)]
    gate.arrived()
    gate.cancel(b!)
    expect(gate.snapshot()).toMatchObject({ admitted: 0, wouldWait: 0 })
    inner.answers.get(a!)!.yes()
    inner.answers.get(b!)!.no()
    expect([await first, await second]).toEqual([undefined, no])
    gate.leave(a!, 'success')
    expect(gate.snapshot()).toMatchObject({ admitted: 1, refused: { 'queue-timeout': 1 } })
    expect(inner.log).toEqual(['enter a', 'enter b', 'arrived', 'cancel b', 'leave a success 99'])
  })

  it('waits go on when the mode changes, and can still be cancelled', async () => {
    const clock = new VirtualClock()
    const limiter = new ConcurrencyLimiter(new FixedLimit(1))
    const gate = withGateMode(new QueueGate(checked(limiter), new Fifo({ capacity: 5 }), clock))
    const [a, b, c] = [1, 2, 3].map(() => createTicket(0))
    void gate.enter(a!)
    const [waits, leaves] = [gate.enter(b!), gate.enter(c!)]
    gate.update({ mode: 'off' })
    gate.cancel(c!)
    expect(await leaves).toMatchObject({ reason: 'cancelled' })
    gate.leave(a!, 'success')
    expect(await waits).toBeUndefined()
    expect(limiter.inflight).toBe(1)
    gate.leave(b!, 'success')
    expect(limiter.inflight).toBe(0)
  })

  it('on a share, the others are as in shadow', async () => {
    const inner = new Manual()
    const dice = [0.2, 0.6]
    const gate = withGateMode(inner, { enforceRatio: 0.5, random: () => dice.shift()! })
    expect(gate.enter(createTicket(0))).toBeInstanceOf(Promise)
    expect(gate.enter(createTicket(0))).toBeUndefined()
  })
})

describe('options of withGateMode', () => {
  it.each([
    [{ mode: 'x' }, 'withGateMode: option "mode" must be one of'],
    [{ enforceRatio: -1 }, 'withGateMode: option "enforceRatio"'],
    [{ x: 1 }, 'withGateMode: unknown option "x"'],
  ])('%j is complained about, also in an update, which then changes nothing', (options, complaint) => {
    const inner = new Guard(new Budget(1), new VirtualClock())
    expect(() => withGateMode(inner, options as object)).toThrow(complaint)
    const gate = withGateMode(inner, { mode: 'off', enforceRatio: 0.5 })
    expect(() => gate.update({ enforceRatio: 0.1, ...(options as object) })).toThrow(complaint)
    expect(gate.snapshot()).toMatchObject({ mode: 'off', enforceRatio: 0.5 })
  })
})
