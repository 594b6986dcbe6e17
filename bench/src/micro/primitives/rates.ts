/** How much starts in how long: one row each. */
import {
  createTicket,
  FixedWindowLimiter,
  Gcra,
  KeyedRateLimiter,
  LeakyBucketGate,
  LeakyBucketLimiter,
  RateLimiter,
  SlidingLogLimiter,
  SlidingWindowCounterLimiter,
  TokenBucket,
  TokenBucketLimiter,
  WarmUpLimiter,
} from '@spillway/core'
import type { Limiter } from '@spillway/core'
import { Instants } from './instants.ts'
import { admitting, callers, feeding, turnsPerInstant, type Primitive, type WritableTicket } from './primitive.ts'

const generous = { limit: 1_000_000_000, windowMs: 600_000 }
/** What a key takes is remembered until its next turn. */
const slow = { limit: 1000, windowMs: 600_000 }
/** So many windows end while it is measured, and some 2000 units are in each. */
const short = { limit: 10_000, windowMs: 100 }

function row(name: string, make: () => Limiter, keys: readonly string[] = ['']): Primitive {
  return { name: `${name}: admit + settle`, admits: true, make: () => admitting(make(), { keys }) }
}

/** All of them. */
export const rates: readonly Primitive[] = [
  row('RateLimiter (GCRA)', () => new RateLimiter(generous)),
  row('TokenBucketLimiter', () => new TokenBucketLimiter(generous)),
  row('KeyedRateLimiter, one key', () => new KeyedRateLimiter(generous)),
  row('KeyedRateLimiter, 10k keys', () => new KeyedRateLimiter(slow), callers(10_000)),
  row('FixedWindowLimiter', () => new FixedWindowLimiter(short)),
  row('SlidingWindowCounterLimiter', () => new SlidingWindowCounterLimiter(short)),
  {
    // Keeps an entry of 16 bytes for each, and leaves as much behind.
    name: 'SlidingLogLimiter: admit + settle',
    make: () => admitting(new SlidingLogLimiter(short)),
  },
  row('WarmUpLimiter', () => new WarmUpLimiter({ ...generous, warmUpMs: 10_000 })),
  {
    name: 'LeakyBucketLimiter: admit + revoke',
    make() {
      const limiter = new LeakyBucketLimiter(generous)
      const ticket: WritableTicket = { ...createTicket(0) }
      const clock = new Instants()
      return (n) => {
        for (let i = 0; i < n; i++) {
          if (i % turnsPerInstant === 0) {
            clock.tick()
            ticket.arrivedAt = clock.now()
          }
          if (limiter.admit(ticket, clock.now()) === undefined) limiter.settle(ticket, clock.now(), 'revoked')
        }
      }
    },
  },
  {
    name: 'LeakyBucketGate, nobody waiting: enter + revoke',
    make() {
      const clock = new Instants()
      const gate = new LeakyBucketGate(clock, generous)
      const ticket: WritableTicket = { ...createTicket(0) }
      return (n) => {
        for (let i = 0; i < n; i++) {
          if (i % turnsPerInstant === 0) {
            clock.tick()
            ticket.arrivedAt = ticket.startedAt = clock.now()
          }
          if (gate.enter(ticket) === undefined) gate.leave(ticket, 'revoked')
        }
      }
    },
  },
  {
    name: 'KeyedRateLimiter, one key that is limited: admit',
    make: () => admitting(new KeyedRateLimiter({ limit: 1, windowMs: 600_000 })),
  },
  {
    name: 'Gcra: take',
    make() {
      const gcra = new Gcra(generous)
      const state = new Float64Array(1)
      const need = gcra.rate.need(1)
      return feeding((_sample, now) => (state[0] = gcra.take(state[0] as number, now * gcra.rate.ticksPerMs, need)))
    },
  },
  {
    name: 'TokenBucket: reserve + cancel',
    make() {
      const bucket = new TokenBucket(generous)
      return feeding((_sample, now) => bucket.cancel(bucket.reserve(1, now, 1000), now))
    },
  },
]
