/** The queueing gate: when it asks its limiter and its discipline, and when it does not. */
import {
  createTicket,
  Fifo,
  QueueGate,
  type Discipline,
  type Limiter,
  type Millis,
  type QueueGateOptions,
  type Ticket,
  type TicketInit,
  type Verdict,
  type Waiter,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Lifo } from '../support/lifo.ts'
import { Weighed } from '../support/limiters.ts'

/** Says what it is told to say, and writes down when it was asked. */
class Scripted implements Limiter {
  readonly name = 'scripted'
  readonly asked: Millis[] = []
  verdict: Verdict
  admit(_ticket: Ticket, now: Millis): Verdict {
    this.asked.push(now)
    return this.verdict
  }
  settle(): void {}
  /** From now on. */
  refuse(retryAfterMs: number, reason: 'concurrency' | 'rate' = 'concurrency'): void {
    this.verdict = { reason, limiter: this.name, retryAfterMs }
  }
}

class Scene {
  readonly clock = new VirtualClock()
  readonly limiter: Scripted = new Scripted()
  readonly line: Discipline<Waiter>
  readonly gate: QueueGate
  readonly log: string[] = []

  constructor(
    line: Discipline<Waiter> = new Fifo({ capacity: 10 }),
    options: QueueGateOptions = {},
    limiter?: Limiter,
  ) {
    this.line = line
    this.gate = new QueueGate(limiter ?? this.limiter, line, this.clock, options)
  }

  enter(name: string, init: TicketInit = {}): Ticket {
    return this.again(name, createTicket(this.clock.now(), init))
  }

  again(name: string, ticket: Ticket): Ticket {
    const note = (no: Verdict): void => void this.log.push(`${name}@${this.clock.now()} ${no?.reason ?? 'ok'}`)
    const verdict = this.gate.enter(ticket)
    if (verdict instanceof Promise) void verdict.then(note)
    else note(verdict)
    return ticket
  }
}

test('asks once for who holds up the line, whoever comes and whoever else leaves meanwhile', async () => {
  const scene = new Scene()
  scene.limiter.refuse(500)
  const [, b, c] = ['a', 'b', 'c'].map((name) => scene.enter(name))
  scene.gate.cancel(b!)
  scene.enter('d')
  scene.gate.cancel(c!)
  scene.enter('e')
  await scene.clock.advance(499)
  expect(scene.limiter.asked).toEqual([0])
  await scene.clock.advance(1)
  expect(scene.limiter.asked).toEqual([0, 500])
})

test('comes back when the newest refusal promises, also if an earlier one promised later', async () => {
  const scene = new Scene()
  scene.limiter.refuse(500)
  scene.enter('a')
  await scene.clock.advance(10)
  scene.limiter.refuse(30)
  scene.gate.wake()
  await scene.clock.advance(30)
  expect(scene.limiter.asked).toEqual([0, 10, 40])
})

test('asks at once for who is alone since it took the place of the one that held up the line', async () => {
  const scene = new Scene(new Lifo(1), {}, new Weighed(10))
  scene.enter('half', { cost: 5 })
  scene.enter('big', { cost: 8 })
  scene.enter('small', { cost: 5 })
  await scene.clock.flush()
  expect(scene.log).toEqual(['half@0 ok', 'small@0 ok', 'big@0 queue-full'])
})

test('tells a discipline of who need not wait, and puts nobody into it', () => {
  const line = new Lifo(5)
  const heard: string[] = []
  Object.assign(line, { passed: (now: Millis) => heard.push(`passed ${now}`), push: () => heard.push('push') })
  new Scene(line).enter('a')
  expect(heard).toEqual(['passed 0'])
})

test('ends waits that are over at one instant in the order in which they began', async () => {
  const scene = new Scene(undefined, { maxWaitMs: 50 })
  scene.limiter.refuse(1000)
  for (const name of 'abcd') scene.enter(name)
  await scene.clock.advance(60)
  expect(scene.log).toEqual(['a', 'b', 'c', 'd'].map((name) => `${name}@50 queue-timeout`))
})

test('leaves nobody in its discipline when it closes', () => {
  const scene = new Scene()
  scene.limiter.refuse(1000)
  for (const name of 'abc') scene.enter(name)
  scene.gate.close()
  expect(scene.line.size).toBe(0)
})

test('does not end a later wait of a ticket when an earlier one would have been too long', async () => {
  const scene = new Scene(undefined, { maxWaitMs: 50 })
  scene.limiter.refuse(1000)
  const ticket = scene.enter('first')
  scene.limiter.verdict = undefined
  scene.gate.wake()
  scene.limiter.refuse(1000)
  await scene.clock.advance(10)
  ticket.startedAt = 10
  scene.again('second', ticket)
  await scene.clock.advance(45)
  expect([scene.log, scene.gate.waiting]).toEqual([['first@0 ok'], 1])
  await scene.clock.advance(5)
  expect(scene.log).toEqual(['first@0 ok', 'second@60 queue-timeout'])
})

test('says of a missed deadline that coming back is in vain', async () => {
  const scene = new Scene()
  scene.limiter.refuse(1000)
  const late = scene.gate.enter(createTicket(0, { deadline: 20 }))
  expect(scene.gate.enter(createTicket(0, { deadline: 0 }))).toMatchObject({ retryAfterMs: Infinity })
  await scene.clock.advance(20)
  expect(await late).toEqual({ reason: 'deadline', limiter: 'queue', retryAfterMs: Infinity })
})

test('takes the leaving of those whom the limiter refuses for good for no movement of the line', async () => {
  const scene = new Scene(new Fifo({ capacity: 4 }))
  scene.limiter.refuse(1000)
  const poor = { cost: 9 }
  for (const [name, init] of [
    ['a', {}],
    ['b', poor],
    ['c', {}],
    ['d', poor],
  ] as const)
    scene.enter(name, init)
  scene.limiter.admit = ({ cost }, now) => {
    if (cost === 9) return { reason: 'rate', limiter: 'scripted', retryAfterMs: Infinity }
    const last = scene.limiter.asked.at(-1)!
    if (now < last + 10) return { reason: 'rate', limiter: 'scripted', retryAfterMs: last + 10 - now }
    scene.limiter.asked.push(now)
    return undefined
  }
  scene.gate.wake()
  await scene.clock.advance(10)
  expect(scene.log).toEqual(['a@10 ok', 'b@10 rate'])
  await scene.clock.advance(10)
  expect(scene.log.slice(2)).toEqual(['c@20 ok', 'd@20 rate'])
  for (const name of 'efgh') scene.enter(name)
  // The fifth, where one starts every 10 ms.
  expect(scene.gate.enter(createTicket(20))).toMatchObject({ reason: 'queue-full', retryAfterMs: 50 })
})

test('does not spin on a discipline that always has something due', async () => {
  const line = new Lifo(5)
  line.expiresAt = () => 0
  const scene = new Scene(line)
  scene.limiter.refuse(0.5)
  scene.enter('a')
  await scene.clock.advance(0.2)
  expect(scene.limiter.asked.length).toBeLessThan(1000)
  expect(scene.log).toEqual([])
})
