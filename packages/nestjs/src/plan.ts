/** Everything that stands before one handler of one class, worked out once. */
import type { HttpPolicy } from '@spillway/http'
import { combinePolicies } from '@spillway/http'
import type { NodeGuard } from '@spillway/http/node'
import { createCallGuard } from './calls/http.ts'
import type { LimitRegistry } from './limits/registry.ts'
import { isMarked, marksOf } from './metadata.ts'
import type { HandlerMarks } from './metadata.ts'

type CostOf = (req: never) => number | undefined

/** The limits of one handler, in the forms in which they are asked. */
export class Plan {
  readonly marks: HandlerMarks
  readonly cost: CostOf | undefined
  /** What never waits and needs nothing given back: enough of a guard for messages. */
  readonly rates: readonly HttpPolicy<object>[]
  readonly places: readonly HttpPolicy<object>[]
  /** Of HTTP. */
  readonly guard: NodeGuard<object> | undefined
  /** Of resolvers. */
  readonly graphql: HttpPolicy<object> | undefined

  constructor(
    marks: HandlerMarks,
    registry: LimitRegistry,
    owners: { readonly class: object; readonly handler: object },
  ) {
    const ownerOf = ({ isOfClass }: { readonly isOfClass: boolean }): object =>
      isOfClass ? owners.class : owners.handler
    const places = marks.places.map((placed) => registry.place(placed, ownerOf(placed)))
    const { cost } = marks
    this.marks = marks
    this.cost = typeof cost === 'number' ? () => cost : cost
    this.rates = marks.rates.map((placed) => registry.rate(placed, ownerOf(placed)).policy)
    this.places = places.map(({ policy }) => policy)
    const whole = together([...this.rates, ...this.places])
    this.guard = whole && createCallGuard(whole)
    this.graphql = together([...this.rates, ...places.map(({ perRequest }) => perRequest)])
  }
}

/** One policy of several, asked in this order; `undefined` of none. */
export function together(policies: readonly (HttpPolicy<object> | undefined)[]): HttpPolicy<object> | undefined {
  const some = policies.filter((policy) => policy !== undefined)
  return some.length === 0 ? undefined : combinePolicies(some)
}

/** Plans by class and handler: never by name, for classes of the same name in two modules are two. */
export class Plans {
  readonly #registry: LimitRegistry
  readonly #plans = new WeakMap<object, WeakMap<object, Plan | undefined>>()

  constructor(registry: LimitRegistry) {
    this.#registry = registry
  }

  /** `undefined` for a handler without decorators. Throws a TypeError or RangeError for decorators that make no sense. */
  of(classRef: object, handler: object): Plan | undefined {
    let byHandler = this.#plans.get(classRef)
    if (byHandler === undefined) this.#plans.set(classRef, (byHandler = new WeakMap()))
    if (byHandler.has(handler)) return byHandler.get(handler)
    const plan = isMarked(classRef, handler) ? this.#make(classRef, handler) : undefined
    byHandler.set(handler, plan)
    return plan
  }

  #make(classRef: object, handler: object): Plan {
    // Stands for the handler of this class: a class that inherits it has counters of its own.
    return new Plan(marksOf(classRef, handler), this.#registry, { class: classRef, handler: {} })
  }
}
