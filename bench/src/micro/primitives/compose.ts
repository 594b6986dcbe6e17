/** Limiters made of limiters: one row each. */
import {
  all,
  ConcurrencyLimiter,
  DeadlineLimiter,
  DrainingLimiter,
  FixedLimit,
  keyed,
  observeLimiter,
  RateLimiter,
  when,
  withMode,
} from '@spillway/core'
import type { Limiter, TicketInit } from '@spillway/core'
import { Instants } from './instants.ts'
import { admitting, callers, holding, type Primitive } from './primitive.ts'

const limiter = (value = 100): ConcurrencyLimiter => new ConcurrencyLimiter(new FixedLimit(value))

const quota = { limit: 1_000_000_000, windowMs: 600_000 }
const timed: TicketInit = { deadline: 1e9 }

function row(name: string, make: () => Limiter, keys: readonly string[] = ['']): Primitive {
  return { name: `${name}: admit + settle`, admits: true, make: () => admitting(make(), { init: timed, keys }) }
}

/** All of them. */
export const compositions: readonly Primitive[] = [
  row('all of a rate, a deadline and a limit', () => all(new RateLimiter(quota), new DeadlineLimiter(), limiter())),
  {
    name: 'all, refused by the third: admit',
    make: () => admitting(all(new RateLimiter(quota), new DeadlineLimiter(), holding(limiter(1))), { init: timed }),
  },
  row('when', () => when((ticket) => ticket.cost === 1, limiter())),
  row('keyed, one key', () => keyed(() => limiter())),
  row('keyed, 10k keys', () => keyed(() => limiter()), callers(10_000)),
  {
    name: 'keyed, a flood of keys beyond maxKeys: admit + settle',
    make: () =>
      admitting(
        keyed(() => limiter(), { maxKeys: 1000 }),
        { keys: callers(10_000) },
      ),
  },
  row('withMode, enforce', () => withMode(limiter())),
  row('withMode, shadow, let in', () => withMode(limiter(), { mode: 'shadow' })),
  {
    name: 'withMode, shadow, would refuse: admit + settle',
    make: () => admitting(withMode(holding(limiter(1)), { mode: 'shadow' })),
  },
  row('observeLimiter, decided and settled', () => observeLimiter(limiter(), { decided() {}, settled() {} })),
  {
    name: 'observeLimiter, decision: admit + settle',
    make: () => admitting(observeLimiter(limiter(), { decision() {} })),
  },
  row('DrainingLimiter', () => new DrainingLimiter(new Instants())),
]
