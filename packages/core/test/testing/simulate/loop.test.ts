/** The simulated loop, move by move. */
import type { Environment, Gate, Rejection, Ticket, Verdict } from '@spillway/core'
import { simulate, type Server, type Workload } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const one: Workload = { load: 0.01, arrivals: 'constant', routes: [{ beforeMs: 10 }] }
const exact: Server = { acceptMs: 1, readMs: 2, refuseMs: 3, turnMs: 0.5 }

const no: Rejection = { reason: 'rate', limiter: 'test', retryAfterMs: 1 }

function open(more: Partial<Gate> = {}): Gate {
  return { enter: () => undefined, leave() {}, cancel() {}, ...more }
}

describe('the simulated event loop', () => {
  it('spends a turn on accepting a connection and the next on reading and running its request', async () => {
    const result = await simulate({ durationMs: 2000, server: exact, workload: one })
    expect(result.total.served).toBe(1)
    expect(result.servedLatencyMs(1)).toBeCloseTo(0.5 + 1 + 0.5 + 2 + 10)
  })

  it('reads a request on a kept-alive connection in the turn in which it arrives', async () => {
    const result = await simulate({ durationMs: 2000, server: exact, workload: { ...one, connections: 1 } })
    expect(result.servedLatencyMs(1)).toBeCloseTo(0.5 + 2 + 10)
  })

  it('charges a refusal for its writing', async () => {
    const protect = (): Gate => open({ enter: () => no })
    const result = await simulate({ durationMs: 2000, server: exact, workload: one, protect })
    expect(result.refusedLatencyMs(1)).toBeCloseTo(0.5 + 1 + 0.5 + 2 + 3)
  })

  it('runs a callback of nextTurn after the sockets of this turn, and one from within a whole turn later', async () => {
    const seen: [string, number][] = []
    const protect = ({ clock, loop }: Environment): Gate =>
      open({
        enter() {
          const begin = clock.now()
          loop.nextTurn(() => {
            seen.push(['first', clock.now() - begin])
            loop.nextTurn(() => seen.push(['second', clock.now() - begin]))
          })
          return undefined
        },
      })
    await simulate({ durationMs: 2000, server: exact, workload: one, protect })
    expect(seen).toEqual([
      ['first', 10],
      ['second', 10.5],
    ])
  })

  it('fires timers only between turns, in order, and not when cancelled', async () => {
    const seen: string[] = []
    const protect = ({ clock }: Environment): Gate =>
      open({
        enter() {
          clock.after(3, () => seen.push('late'))
          clock.after(1, () => seen.push('early'))
          clock.after(2, () => seen.push('never'))()
          seen.push('enter')
          return undefined
        },
        leave: () => void seen.push('leave'),
      })
    await simulate({ durationMs: 2000, server: exact, workload: one, protect })
    expect(seen).toEqual(['enter', 'leave', 'early', 'late'])
  })

  it('settles promises between callbacks, however deep they are', async () => {
    const deep = async (levels: number): Promise<Verdict> => (levels === 0 ? undefined : await deep(levels - 1))
    const protect = (): Gate => open({ enter: async () => await deep(6) })
    const result = await simulate({ durationMs: 2000, server: exact, workload: one, protect })
    expect(result.servedLatencyMs(1)).toBeCloseTo(14)
  })

  it('cancels who waits when its client hangs up, and tells the gate that the permit was not used', async () => {
    const said: string[] = []
    const protect = ({ clock }: Environment): Gate => {
      let decide: ((verdict: Verdict) => void) | undefined
      return {
        enter: async () => await new Promise<Verdict>((resolve) => (decide = resolve)),
        leave: (_ticket, outcome) => void said.push(outcome),
        cancel() {
          said.push('cancel')
          // A gate that lets it in at the same moment: the adapter must hand the permit back.
          clock.after(1, () => decide?.(undefined))
        },
      }
    }
    const result = await simulate({ durationMs: 2000, server: exact, workload: one, protect })
    expect(said).toEqual(['cancel', 'revoked'])
    expect(result.total.unanswered).toBe(1)
  })

  it('gives the permit back when the client hangs up, or at the end of the handler if told so', async () => {
    const workload: Workload = { load: 0.01, arrivals: 'constant', routes: [{ downstream: { latencyMs: 800 } }] }
    const heldMs = async (releaseOn: 'close' | 'end'): Promise<number> => {
      let held = 0
      const protect = ({ clock }: Environment): Gate =>
        open({ leave: (ticket: Ticket) => void (held = clock.now() - ticket.arrivedAt) })
      const result = await simulate({ durationMs: 20_000, server: { readMs: 2, releaseOn }, workload, protect })
      expect(result.total.served).toBe(0)
      expect(result.total.late).toBe(result.total.offered)
      return held
    }
    expect(await heldMs('close')).toBeCloseTo(500, -1)
    expect(await heldMs('end')).toBeCloseTo(800, -1)
  })

  it('tells a deadline, a key and a class on the ticket when the workload has them', async () => {
    const tickets: Ticket[] = []
    const protect = (): Gate => open({ enter: (ticket) => void tickets.push(ticket) })
    const workload: Workload = { ...one, keys: { a: 1 }, priorities: { sheddable: 1 }, sendsDeadline: true }
    await simulate({ durationMs: 2000, server: exact, workload, protect })
    expect(tickets[0]).toMatchObject({ key: 'a', priority: 3 })
    expect(tickets[0]?.deadline).toBeGreaterThan(500)
  })

  it('rejects with what a gate throws or rejects with', async () => {
    const throwing = open({
      enter() {
        throw new Error('thrown')
      },
    })
    const rejecting = open({ enter: async () => await Promise.reject(new Error('rejected')) })
    await expect(simulate({ durationMs: 2000, workload: one, protect: () => throwing })).rejects.toThrow('thrown')
    await expect(simulate({ durationMs: 2000, workload: one, protect: () => rejecting })).rejects.toThrow('rejected')
  })

  it('offers signals that look at the simulated server', async () => {
    let seen = 0
    const protect = ({ signals, clock }: Environment): Gate =>
      open({ leave: () => void (seen = signals[0]?.pressure(clock.now()) ?? 0) })
    await simulate({
      durationMs: 2000,
      workload: one,
      protect,
      signals: (server) => [{ name: 'busy', pressure: () => server.running + 1 }],
    })
    expect(seen).toBe(1)
  })
})

const run = async (workload: Workload, server: Server = {}): Promise<unknown> =>
  await simulate({ durationMs: 10, workload, server })

describe('the options of simulate', () => {
  it('are named when they are wrong', async () => {
    await expect(run({ ...one, routes: [] })).rejects.toThrow('workload.routes')
    await expect(run({ ...one, load: -1 })).rejects.toThrow('workload.load')
    await expect(run(one, { turnMs: 0 })).rejects.toThrow('server.turnMs')
    await expect(run({ ...one, lod: 1 } as Workload)).rejects.toThrow('unknown option "lod"')
    await expect(run({ ...one, priorities: { sheddable: 0 } })).rejects.toThrow('weight')
  })
})
