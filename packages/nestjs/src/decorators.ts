/** Decorators for controllers, resolvers, gateways and their handlers. */
import { checkOneOf, priorities } from '@spillway/core'
import type { PriorityName } from '@spillway/core'
import type { PriorityValue } from '@spillway/http'
import { Inject } from '@nestjs/common'
import { addMarks, type Marks } from './metadata.ts'
import type { NestConcurrencyLimitOptions, NestRateLimitOptions, NestRequest } from './options.ts'
import { Spillway } from './spillway.ts'

/** A decorator for classes and for handlers. */
export type CallDecorator = ClassDecorator & MethodDecorator

function marking(marks: Marks): CallDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    addMarks((descriptor?.value as object | undefined) ?? target, marks)
  }
}

/**
 * Bounds how often callers may call, with 429 for the others: by a rate limit of the module's options, whose counters are shared by all who
 * name it, or by one with counters of its own (on a class: one for all its handlers). Several hold together, and who is refused by one costs
 * the others nothing. On a handler it stands in place of those on its class. Bad options throw at the start of the app.
 *
 * `@RateLimit('api')`, `@RateLimit({ limit: 5, windowMs: 60_000 })`
 */
export function RateLimit<Req = NestRequest>(limit: string | NestRateLimitOptions<Req>): CallDecorator {
  return marking({ rates: [limit] })
}

/**
 * Bounds how many calls run at once, with 503 for those who cannot wait: by name, by number, or with options as {@link RateLimit}. A call runs
 * until its response is over; a GraphQL request holds one place for all its resolvers; a message runs until it was handled.
 *
 * `@ConcurrencyLimit('reports')`, `@ConcurrencyLimit(4)`, `@ConcurrencyLimit({ limit: 4, maxQueue: 20 })`
 */
export function ConcurrencyLimit<Req = NestRequest>(
  limit: string | number | NestConcurrencyLimitOptions<Req>,
): CallDecorator {
  const spec = typeof limit === 'number' ? { limit } : limit
  return marking({ places: [spec] })
}

/**
 * How much calls matter to the overload control: by class of priority, or a function of the request. Goes before `priority` and
 * `trustPriorityHeader` of the module's options. The control is asked before Nest has chosen a handler, so it looks the URL up in a table of
 * the routes; it knows nothing of the resolvers in a GraphQL request. Throws a TypeError for an unknown name.
 *
 * `@Priority('critical_plus')`
 */
export function Priority<Req = NestRequest>(
  priority: PriorityValue | ((req: Req) => PriorityValue | undefined),
): CallDecorator {
  if (typeof priority === 'string')
    checkOneOf('Priority', 'priority', priority, Object.keys(priorities) as PriorityName[])
  return marking({ priority })
}

/**
 * How much calls take from every rate limit that applies; goes before `cost` of its options. What a function returns is clamped, and nonsense
 * counts as 1. Throws a RangeError for a number below 0.
 *
 * `@Cost(5)`, `@Cost((req) => req.body.items.length)`
 */
export function Cost<Req = NestRequest>(cost: number | ((req: Req) => number | undefined)): CallDecorator {
  if (typeof cost === 'number' && !(cost >= 0 && cost <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`Cost: option "cost" must be a number, 0..${Number.MAX_SAFE_INTEGER}, got ${cost}`)
  }
  return marking({ cost })
}

/**
 * Lets calls pass the overload control and every limit of the class, or only those that are named: `overload` is the control, other names are
 * those of limits. For health checks and long streams. What a handler carries itself is not skipped by its class.
 *
 * `@SkipOverloadControl()`, `@SkipOverloadControl('api')`
 */
export function SkipOverloadControl(...names: readonly string[]): CallDecorator {
  return marking({ skips: names })
}

/** Injects the {@link Spillway}: snapshots, changes at run time, readiness, draining. */
export function InjectSpillway(): ParameterDecorator & PropertyDecorator {
  return Inject(Spillway)
}
