/** What is measured: our limiters and their peers, each as a thing that decides about a key. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  KeyedRateLimiter,
  RateLimiter,
  systemClock,
} from '@spillway/core'
import type { Limiter, Ticket } from '@spillway/core'
import { MemoryStore } from 'express-rate-limit'
import { RateLimiterMemory } from 'rate-limiter-flexible'

/** What a decider shall allow. */
export interface Quota {
  readonly limit: number
  readonly windowMs: number
}

/** Keys in the order in which they ask. */
export interface Plan {
  readonly keys: readonly string[]
  readonly order: Int32Array
}

/** Decides `n` times along the plan. */
export type Decider = (plan: Plan, n: number) => void | Promise<void>

/** Something that limits rates. */
export interface Subject {
  readonly name: string
  /** Has one quota for everybody: many keys say nothing about it. */
  readonly keyless?: boolean
  make(quota: Quota): Decider
}

type Writable<T> = { -readonly [P in keyof T]: T[P] }

/** A loop over the plan: one ticket whose key changes, as a server's tickets come from cache-warm memory. */
function deciding(limiter: Limiter, settles: boolean): Decider {
  const ticket: Writable<Ticket> = { ...createTicket(0) }
  let now = 0
  return ({ keys, order }, n) => {
    for (let i = 0; i < n; i++) {
      // Whole ms: numbers of the caller's clock are not what is measured.
      if ((i & 15) === 0) now++
      ticket.key = keys[order[i & 0xfffff] as number] as string
      if (limiter.admit(ticket, now) === undefined && settles) limiter.settle(ticket, now, 'success')
    }
  }
}

function decidingWithClock(limiter: Limiter): Decider {
  const ticket: Writable<Ticket> = { ...createTicket(0) }
  return ({ keys, order }, n) => {
    for (let i = 0; i < n; i++) {
      ticket.key = keys[order[i & 0xfffff] as number] as string
      limiter.admit(ticket, systemClock.now())
    }
  }
}

const concurrency = (): ConcurrencyLimiter => new ConcurrencyLimiter(new FixedLimit(100))

/** Names of subjects that figures refer to. */
export const named = {
  both: 'spillway rate + concurrency, admit + settle',
  keyed: 'spillway keyed rate',
  keyedClock: 'spillway keyed rate, clock read included',
  flexible: 'rate-limiter-flexible memory',
  express: 'express-rate-limit MemoryStore',
} as const

/** All of them; ours take the instant as an argument, peers read a clock. */
export const subjects: readonly Subject[] = [
  { name: named.both, make: (quota) => deciding(all(new KeyedRateLimiter(quota), concurrency()), true) },
  { name: named.keyed, make: (quota) => deciding(new KeyedRateLimiter(quota), false) },
  { name: named.keyedClock, make: (quota) => decidingWithClock(new KeyedRateLimiter(quota)) },
  { name: 'spillway rate, one for all', keyless: true, make: (quota) => deciding(new RateLimiter(quota), false) },
  { name: 'reference: Map of numbers, clock read included', make: referenceMap },
  { name: named.flexible, make: flexible },
  { name: named.express, make: expressStore },
]

/** The least that a keyed limiter can do: a Map, a number, no bound, no expiry. */
function referenceMap({ limit, windowMs }: Quota): Decider {
  const states = new Map<string, number>()
  const interval = windowMs / limit
  return ({ keys, order }, n) => {
    for (let i = 0; i < n; i++) {
      const key = keys[order[i & 0xfffff] as number] as string
      const now = systemClock.now()
      const next = Math.max(states.get(key) ?? 0, now) + interval
      if (next - now <= windowMs) states.set(key, next)
    }
  }
}

function flexible({ limit, windowMs }: Quota): Decider {
  const limiter = new RateLimiterMemory({ points: limit, duration: windowMs / 1000 })
  return async ({ keys, order }, n) => {
    for (let i = 0; i < n; i++) {
      try {
        await limiter.consume(keys[order[i & 0xfffff] as number] as string)
      } catch {
        // It refuses by rejecting.
      }
    }
  }
}

function expressStore({ windowMs }: Quota): Decider {
  const store = new MemoryStore()
  store.init({ windowMs } as Parameters<MemoryStore['init']>[0])
  return async ({ keys, order }, n) => {
    // Its middleware compares the count with the limit.
    for (let i = 0; i < n; i++) await store.increment(keys[order[i & 0xfffff] as number] as string)
  }
}
