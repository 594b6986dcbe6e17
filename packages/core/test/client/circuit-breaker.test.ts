/** The circuit breaker: when it opens, what it lets through then, and what closes it. */
import {
  CircuitBreaker,
  ConcurrencyLimiter,
  Fifo,
  FixedLimit,
  QueueGate,
  all,
  createTicket,
  keyed,
  type CircuitOptions,
  type Outcome,
  type Ticket,
} from '@spillway/core'
import { VirtualClock, checked } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

function call(breaker: CircuitBreaker, now: number, outcome: Outcome = 'dropped', tookMs = 0): boolean {
  const ticket = createTicket(now)
  const admitted = breaker.admit(ticket, now) === undefined
  if (admitted) breaker.settle(ticket, now + tookMs, outcome)
  return admitted
}

function calls(breaker: CircuitBreaker, now: number, outcomes: string): void {
  for (const letter of outcomes) call(breaker, now, letter === '.' ? 'success' : 'dropped')
}

/** A breaker that is open since 0 and may probe from 100. */
function opened(options: CircuitOptions = {}): CircuitBreaker {
  const breaker = new CircuitBreaker({ consecutiveFailures: 1, openMs: 100, ...options })
  call(breaker, 0)
  expect(breaker.state.kind).toBe('open')
  return breaker
}

function probe(breaker: CircuitBreaker, now: number): Ticket {
  const ticket = createTicket(now)
  expect(breaker.admit(ticket, now)).toBeUndefined()
  return ticket
}

describe('CircuitBreaker, closed', () => {
  // x fails, . succeeds; all at once. Opens at the last call or not at all.
  it.each<[string, CircuitOptions, string, 'open' | 'closed']>([
    ['half of 20 calls', {}, '..........xxxxxxxxxx', 'open'],
    ['less than half', {}, '...........xxxxxxxxx', 'closed'],
    ['not enough calls', {}, 'xxxxxxxxxxxxxxxxxxx', 'closed'],
    ['a success that completes the minimum', {}, 'xxxxxxxxxx..........', 'closed'],
    ['the failure after it', {}, 'xxxxxxxxxx..........x', 'open'],
    ['a tenth, exactly', { failureRatio: 0.1, minimumCalls: 30 }, `${'.'.repeat(27)}xxx`, 'open'],
    ['failures in a row', { consecutiveFailures: 3 }, '.xx.xxx', 'open'],
    ['failures not in a row', { consecutiveFailures: 3 }, 'xx.xx.xx', 'closed'],
    ['failures in a row, only', { consecutiveFailures: 50 }, 'x'.repeat(49), 'closed'],
    ['both: in a row first', { consecutiveFailures: 3, failureRatio: 1, minimumCalls: 4 }, '.xxx', 'open'],
    ['both: the share first', { consecutiveFailures: 9, failureRatio: 1, minimumCalls: 4 }, 'xxxx', 'open'],
    ['the last calls', { windowCalls: 4, failureRatio: 0.75 }, '......xx.x', 'open'],
    ['not the last calls', { windowCalls: 4, failureRatio: 0.75 }, 'xx..x.x.x.', 'closed'],
  ])('judges %s', (_what, options, outcomes, kind) => {
    const breaker = new CircuitBreaker(options)
    calls(breaker, 0, outcomes.slice(0, -1))
    expect(breaker.state.kind).toBe('closed')
    calls(breaker, 0, outcomes.slice(-1))
    expect(breaker.state.kind).toBe(kind)
  })

  it('forgets calls after the window', () => {
    const breaker = new CircuitBreaker({ windowMs: 1000, minimumCalls: 4 })
    calls(breaker, 0, 'xxx')
    calls(breaker, 1100, 'xxx')
    expect(breaker.state.kind).toBe('closed')
    expect(breaker.snapshot(1100)).toMatchObject({ calls: 3, failures: 3, slow: 0, consecutive: 6 })
    calls(breaker, 2099, 'x')
    expect(breaker.state.kind).toBe('open')
  })

  it('counts slow calls, failed ones too, and opens by their share', () => {
    const breaker = new CircuitBreaker({ slowCallRatio: 0.5, slowCallMs: 100, minimumCalls: 4 })
    call(breaker, 0, 'success', 99)
    call(breaker, 0, 'success', 100)
    call(breaker, 0, 'ignored', 5000)
    calls(breaker, 0, '..')
    expect(breaker.snapshot(0)).toMatchObject({ calls: 4, failures: 0, slow: 1 })
    call(breaker, 0, 'dropped', 200)
    expect(breaker.snapshot(0)).toMatchObject({ calls: 5, failures: 1, slow: 2 })
    call(breaker, 0, 'success', 200)
    expect(breaker.state.kind).toBe('open')
  })

  it('does not open at a call that is neither slow nor failed', () => {
    const breaker = new CircuitBreaker({ slowCallRatio: 0.5, slowCallMs: 100, minimumCalls: 4 })
    for (let i = 0; i < 3; i++) call(breaker, 0, 'success', 100)
    call(breaker, 0, 'success', 99)
    expect(breaker.state.kind).toBe('closed')
    call(breaker, 0, 'success', 100)
    expect(breaker.state.kind).toBe('open')
  })

  it('hears nothing from what was ignored or revoked', () => {
    const breaker = new CircuitBreaker({ consecutiveFailures: 2 })
    for (const outcome of ['dropped', 'ignored', 'revoked'] as const) call(breaker, 0, outcome)
    expect(breaker.snapshot(0)).toMatchObject({ calls: 1, consecutive: 1 })
    call(breaker, 0)
    expect(breaker.state.kind).toBe('open')
  })
})

describe('CircuitBreaker, open', () => {
  it('refuses and tells exactly when a probe may pass', () => {
    const breaker = checked(opened({ name: 'db', openMs: 100 }))
    expect(breaker.admit(createTicket(30), 30)).toEqual({ reason: 'circuit-open', limiter: 'db', retryAfterMs: 70 })
    expect(breaker.admit(createTicket(99.9), 99.9)).toBeDefined()
    expect(breaker.admit(createTicket(100), 100)).toBeUndefined()
  })

  it('lets in who waits as long as it was told, whatever the time is', () => {
    for (let i = 0; i < 2000; i++) {
      const [from, later] = [i * 0.1 + 1e9 / 7, (i * 0.1) / 3]
      const breaker = new CircuitBreaker({ consecutiveFailures: 1, openMs: 1000 / 3 })
      call(breaker, from)
      const no = breaker.admit(createTicket(from + later), from + later)
      expect(breaker.admit(createTicket(0), from + later + no!.retryAfterMs)).toBeUndefined()
    }
  })

  it('does not hear ends of calls that were let in before', () => {
    const breaker = new CircuitBreaker({ consecutiveFailures: 2, openMs: 100 })
    const old = Array.from({ length: 6 }, () => probe(breaker, 0))
    calls(breaker, 10, 'xx')
    breaker.settle(old[0]!, 20, 'success')
    expect(breaker.state).toEqual({ kind: 'open', openedAt: 10, until: 110, openings: 1 })
    const tried = probe(breaker, 110)
    breaker.settle(old[1]!, 120, 'success')
    breaker.settle(old[2]!, 120, 'dropped')
    breaker.settle(old[3]!, 120, 'revoked')
    expect(breaker.state).toMatchObject({ kind: 'half-open', since: 110, probing: 1, succeeded: 0 })
    breaker.settle(tried, 130, 'success')
    expect(breaker.state).toEqual({ kind: 'closed', since: 130 })
    breaker.settle(old[4]!, 140, 'dropped')
    breaker.settle(old[5]!, 140, 'dropped')
    expect(breaker.snapshot(140)).toMatchObject({ calls: 0, failures: 0, consecutive: 0 })
    expect(breaker.state.kind).toBe('closed')
  })

  it('stays open longer each time that a probe fails, up to a bound, and starts over when it was closed', () => {
    const breaker = opened({ openFactor: 2, maxOpenMs: 500 })
    const lasted: number[] = []
    for (let i = 0; i < 5; i++) {
      const state = breaker.state
      if (state.kind !== 'open') throw new Error(state.kind)
      lasted.push(state.until - state.openedAt)
      call(breaker, state.until)
    }
    expect(lasted).toEqual([100, 200, 400, 500, 500])
    const { until } = breaker.state as { until: number }
    call(breaker, until, 'success')
    expect(breaker.state.kind).toBe('closed')
    call(breaker, until)
    expect(breaker.state).toMatchObject({ kind: 'open', openings: 1, until: until + 100 })
  })
})

describe('CircuitBreaker, half open', () => {
  it('lets so many probes through at once, and no more than it needs', () => {
    const breaker = opened({ probes: 2, successesToClose: 3 })
    const [a, b] = [probe(breaker, 100), probe(breaker, 100)]
    const no = breaker.admit(createTicket(100), 100)
    expect(no).toEqual({ reason: 'circuit-open', limiter: 'circuit', retryAfterMs: 1000 })
    expect(Object.isFrozen(no)).toBe(true)
    breaker.settle(a, 110, 'success')
    const c = probe(breaker, 110)
    breaker.settle(b, 120, 'success')
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 1, succeeded: 2 })
    // One is needed and one is out.
    expect(breaker.admit(createTicket(120), 120)).toBe(no)
    breaker.settle(c, 130, 'success')
    expect(breaker.state).toEqual({ kind: 'closed', since: 130 })
  })

  it('opens again at the first probe that fails, and does not hear the others', () => {
    const breaker = opened({ probes: 3, successesToClose: 3 })
    const tickets = [probe(breaker, 100), probe(breaker, 100), probe(breaker, 100)]
    breaker.settle(tickets[0]!, 110, 'success')
    breaker.settle(tickets[1]!, 110, 'dropped')
    expect(breaker.state).toEqual({ kind: 'open', openedAt: 110, until: 210, openings: 2 })
    breaker.settle(tickets[2]!, 120, 'success')
    expect(breaker.state.kind).toBe('open')
    probe(breaker, 210)
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 1, succeeded: 0 })
  })

  it('takes a slow probe for a failed one where it judges by slowness', () => {
    const breaker = opened({ slowCallRatio: 1, slowCallMs: 50 })
    breaker.settle(probe(breaker, 100), 150, 'success')
    expect(breaker.state.kind).toBe('open')
    const patient = opened()
    patient.settle(probe(patient, 100), 10_000, 'success')
    expect(patient.state.kind).toBe('closed')
  })

  it.each(['ignored', 'revoked'] as const)('frees the place of a probe that was %s', (outcome) => {
    const breaker = opened()
    for (let i = 0; i < 5; i++) {
      const ticket = probe(breaker, 100 + i)
      expect(breaker.admit(createTicket(100 + i), 100 + i)).toBeDefined()
      breaker.settle(ticket, 100 + i, outcome)
    }
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 0, succeeded: 0 })
  })

  it('opens again when its probes do not end', () => {
    const breaker = opened({ probeTimeoutMs: 1000 })
    const lost = probe(breaker, 100)
    expect(breaker.admit(createTicket(1099), 1099)).toBeDefined()
    expect(breaker.admit(createTicket(1100), 1100)).toMatchObject({ retryAfterMs: 100 })
    expect(breaker.state).toMatchObject({ kind: 'open', openings: 2, until: 1200 })
    breaker.settle(lost, 1150, 'success')
    expect(breaker.state.kind).toBe('open')
    probe(breaker, 1200)
  })

  it('waits for the last of its probes', () => {
    const breaker = opened({ probes: 2, successesToClose: 2, probeTimeoutMs: 1000 })
    probe(breaker, 100)
    probe(breaker, 600)
    expect(breaker.admit(createTicket(1599), 1599)).toMatchObject({ retryAfterMs: 1000 })
    expect(breaker.state).toMatchObject({ kind: 'half-open', lastProbeAt: 600 })
    breaker.admit(createTicket(1600), 1600)
    expect(breaker.state.kind).toBe('open')
  })

  it('does not lose the place of a probe behind a queue, when another limiter refuses it', async () => {
    const clock = new VirtualClock()
    const breaker = new CircuitBreaker({ consecutiveFailures: 1, openMs: 100 })
    const pool = new ConcurrencyLimiter(new FixedLimit(1), { retryAfterMs: 10 })
    const gate = new QueueGate(all(breaker, pool), new Fifo({ capacity: 10 }), clock, {
      waitFor: ['circuit-open', 'concurrency'],
    })
    const first = createTicket(clock.now())
    await gate.enter(first)
    gate.leave(first, 'dropped')
    const blocker = createTicket(clock.now())
    pool.admit(blocker, clock.now())
    const waiter = createTicket(clock.now())
    const verdict = gate.enter(waiter)
    await clock.advance(300)
    // It was asked about every 10 ms, and taken back each time.
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 0 })
    pool.settle(blocker, clock.now(), 'success')
    await clock.advance(20)
    expect(await verdict).toBeUndefined()
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 1 })
    gate.leave(waiter, 'success')
    expect(breaker.state.kind).toBe('closed')
  })
})

describe('CircuitBreaker', () => {
  it('is held open by hand until it is closed by hand', () => {
    const breaker = new CircuitBreaker({ openMs: 100 })
    const running = probe(breaker, 0)
    breaker.isolate(5)
    expect(breaker.state).toEqual({ kind: 'isolated', since: 5 })
    const no = breaker.admit(createTicket(1e9), 1e9)
    expect(no).toEqual({ reason: 'circuit-open', limiter: 'circuit', retryAfterMs: 100 })
    breaker.settle(running, 1e9, 'success')
    expect(breaker.isIdle(1e9)).toBe(false)
    breaker.close(1e9)
    expect(breaker.state).toEqual({ kind: 'closed', since: 1e9 })
    expect(call(breaker, 1e9)).toBe(true)
  })

  it('changes all or nothing, for what comes', () => {
    const breaker = opened({ probes: 1 })
    breaker.update({ openMs: 50, probes: 2, successesToClose: 2 })
    expect(breaker.state).toMatchObject({ until: 100 })
    probe(breaker, 100)
    breaker.settle(probe(breaker, 100), 100, 'dropped')
    expect(breaker.state).toMatchObject({ until: 150 })
    expect(() => breaker.update({ openMs: 10, probes: 0 })).toThrow(/CircuitBreaker: option "probes"/)
    expect(() => breaker.update({ windowMs: 5000 } as object)).toThrow(/unknown option "windowMs"/)
    call(breaker, 150)
    expect(breaker.state).toMatchObject({ openedAt: 150, until: 200 })
    breaker.update({ failureRatio: 0.5, minimumCalls: 2 })
    breaker.close(200)
    calls(breaker, 200, '.x')
    expect(breaker.state.kind).toBe('open')
  })

  it('may be forgotten while it is closed and remembers nothing bad', () => {
    const breaker = new CircuitBreaker({ windowMs: 1000, openMs: 100 })
    expect(breaker.isIdle(0)).toBe(true)
    calls(breaker, 0, '...')
    expect(breaker.isIdle(0)).toBe(true)
    calls(breaker, 0, 'x')
    expect(breaker.isIdle(0)).toBe(false)
    calls(breaker, 0, '.')
    expect([1000, 1100].map((now) => breaker.isIdle(now))).toEqual([false, true])
    expect(opened().isIdle(1e6)).toBe(false)
    const targets = keyed(() => new CircuitBreaker({ consecutiveFailures: 1 }), { maxKeys: 2 })
    const ask = (key: string, outcome: Outcome): boolean => {
      const ticket = createTicket(0, { key })
      const admitted = targets.admit(ticket, 0) === undefined
      if (admitted) targets.settle(ticket, 0, outcome)
      return admitted
    }
    expect([ask('sick', 'dropped'), ask('sick', 'success'), ask('well', 'success')]).toEqual([true, false, true])
  })

  it('hears no end too many', () => {
    const breaker = opened({ successesToClose: 2, probes: 2 })
    const ticket = probe(breaker, 100)
    for (let i = 0; i < 5; i++) breaker.settle(ticket, 110, 'success')
    expect(breaker.state).toMatchObject({ kind: 'half-open', probing: 0, succeeded: 1 })
  })

  it.each([NaN, Infinity, -Infinity])('does not hang on a time of %d', (odd) => {
    const breaker = opened()
    breaker.admit(createTicket(odd), odd)
    expect(breaker.admit(createTicket(1e6), 1e6)).toBeUndefined()
    const failing = new CircuitBreaker({ consecutiveFailures: 1, openMs: 100, probeTimeoutMs: 100 })
    failing.settle(createTicket(odd), odd, 'dropped')
    expect(failing.admit(createTicket(1000), 1000)).toBeUndefined()
    failing.settle(createTicket(odd), odd, 'dropped')
    failing.admit(createTicket(odd), odd)
    expect([2000, 3000].some((now) => failing.admit(createTicket(now), now) === undefined)).toBe(true)
    const held = new CircuitBreaker()
    held.isolate(odd)
    held.close(odd)
    expect(call(held, 0)).toBe(true)
  })

  it('lets nothing more in when the clock goes back', () => {
    const breaker = opened({ openMs: 100 })
    expect(breaker.admit(createTicket(-5000), -5000)).toMatchObject({ retryAfterMs: 5100 })
    probe(breaker, 100)
    expect(breaker.admit(createTicket(50), 50)).toBeDefined()
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new CircuitBreaker(options)
    expect(make({ failureRatio: 0 })).toThrow(
      /CircuitBreaker: option "failureRatio" must be a number >= 0.01 and <= 1, got 0/,
    )
    expect(make({ consecutiveFailures: 1.5 })).toThrow(/"consecutiveFailures" must be an integer/)
    expect(make({ slowCallRatio: 0.5 })).toThrow(/"slowCallRatio" and "slowCallMs" need each other/)
    expect(make({ slowCallMs: 100 })).toThrow(/"slowCallRatio" and "slowCallMs" need each other/)
    expect(make({ minimumCalls: 11, windowCalls: 10 })).toThrow(/"minimumCalls" must be an integer >= 1 and <= 10/)
    expect(make({ windowCalls: 10, windowMs: 1000 })).toThrow(/"windowMs" and "windowCalls" exclude each other/)
    expect(make({ windowMs: 10 })).toThrow(/"windowMs"/)
    expect(make({ openMs: 0 })).toThrow(/"openMs"/)
    expect(make({ openMs: '5' })).toThrow(TypeError)
    expect(make({ openMs: 200, maxOpenMs: 100 })).toThrow(/"maxOpenMs" must be a number >= 200/)
    expect(make({ openMs: 3_600_000 })).not.toThrow()
    expect(make({ openFactor: NaN })).toThrow(/"openFactor"/)
    expect(make({ successesToClose: 0 })).toThrow(/"successesToClose"/)
    expect(make({ probeTimeoutMs: Infinity })).toThrow(/"probeTimeoutMs"/)
    expect(make({ threshold: 5 })).toThrow(/unknown option "threshold"/)
  })
})
