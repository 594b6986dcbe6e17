/** Child process: memory per key of one subject, its worst pause, and what is left after expiry. Prints one line of JSON. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createTicket, KeyedRateLimiter } from '@spillway/core'
import type { Ticket } from '@spillway/core'
import { MemoryStore } from 'express-rate-limit'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { addressKey, addressKeys } from './keys.ts'
import { named } from './subjects.ts'

/** What a memory cell found; bytes are heap and buffers, after a collection. */
export interface MemoryResult {
  readonly bytesPerKey: number
  readonly bytesPerKeyAfterExpiry: number
  readonly worstInsertMs: number
  readonly insertMs: number
}

interface Store {
  take(key: string): unknown
  /** Lets all keys expire, and does what an application would go on doing. */
  expire(): void | Promise<void>
}

const [name = '', count = '1000000', windowText = '20000'] = process.argv.slice(2)
const windowMs = Number(windowText)

function spillway(): Store {
  const limiter = new KeyedRateLimiter({ limit: 100, windowMs: 6_000_000 })
  const ticket: { -readonly [P in keyof Ticket]: Ticket[P] } = { ...createTicket(0) }
  let now = 0
  const take = (key: string): unknown => {
    ticket.key = key
    return limiter.admit(ticket, now)
  }
  return {
    take,
    expire() {
      now = 7_000_000
      // Its sweep is driven by calls: one busy key is enough.
      for (let i = 0; i < Number(count); i++) take('busy')
    },
  }
}

function peer(take: (key: string) => unknown): Store {
  return {
    take,
    async expire() {
      await sleep(windowMs * 2 + 1000)
      await take('busy')
    },
  }
}

function makeStore(): Store {
  if (name === named.keyed) return spillway()
  if (name === named.flexible) {
    const limiter = new RateLimiterMemory({ points: 100, duration: windowMs / 1000 })
    return peer((key) => limiter.consume(key))
  }
  const store = new MemoryStore()
  store.init({ windowMs } as Parameters<MemoryStore['init']>[0])
  return peer((key) => store.increment(key))
}

function settledBytes(): number {
  gc?.()
  gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Keys made beforehand and old already, so that collecting them is nobody's pause. */
async function worstInsert(keys: number): Promise<number> {
  const store = makeStore()
  const ready = addressKeys(keys)
  gc?.()
  gc?.()
  let worst = 0
  for (const key of ready) {
    const start = performance.now()
    const done = store.take(key)
    worst = Math.max(worst, performance.now() - start)
    if (done instanceof Promise) await done
  }
  return worst
}

const keys = Number(count)
const warmup = makeStore()
for (let i = 0; i < 20_000; i++) await warmup.take(addressKey(i))
const store = makeStore()
const before = settledBytes()
const start = performance.now()
for (let i = 0; i < keys; i++) {
  const done = store.take(addressKey(i))
  if (done instanceof Promise) await done
}
const insertMs = performance.now() - start
const bytesPerKey = (settledBytes() - before) / keys
await store.expire()
await sleep(10)
const bytesPerKeyAfterExpiry = (settledBytes() - before) / keys
await store.take('busy')
const result: MemoryResult = { bytesPerKey, bytesPerKeyAfterExpiry, insertMs, worstInsertMs: await worstInsert(keys) }
console.log(JSON.stringify(result))
process.exit(0)
