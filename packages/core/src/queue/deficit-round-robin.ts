/** Tenants by turns, each served as much as its weight says. */
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { InnerMaker } from './inner.ts'
import { queueOptionNames, type QueueOptions } from './lane.ts'
import type { OverflowPolicy } from './overflow.ts'
import { RankHeap } from './rank-heap.ts'
import { Reading, ticketOf, type Queueable } from './reading.ts'
import { Room } from './room.ts'
import { Roster } from './roster.ts'
import { crowd, plainWeight, Tenant, type TenantKey } from './tenant.ts'
import { Turns } from './turns.ts'
import type { Waiter } from './waiter.ts'

/** Bounds of a {@link DeficitRoundRobin}, and whose turn is how long. */
export interface DeficitRoundRobinOptions<T = unknown> extends QueueOptions<T> {
  /** Whom an item belongs to; default its ticket's `key`, or the empty one. Asked once. If it throws: the empty one; `failures` counts it. */
  readonly tenantOf?: (item: T) => string
  /**
   * How much of a turn a tenant gets; default 1 for all. 0.001..1000, what is outside counts as the nearer end, NaN as 1; so does 1 if it
   * throws, which `failures` counts. Asked whenever somebody of it comes while nobody of it waits.
   */
  readonly weightOf?: (tenant: string) => number
  /** Cost served to a tenant of weight 1 per turn; 0.001..1e9, default 1. What costs more is served after as many turns as it takes. */
  readonly quantum?: number
  /** How many tenants have a turn of their own; an integer in 1..16777216, default 10000. Further ones share one, of weight 1. */
  readonly maxTenants?: number
  /**
   * Makes the queue of a tenant, when somebody of it comes while nobody of it waits; default first come, first served. Its bounds hold for
   * the tenant, those of this queue for all. Excludes `maxAgeMs`: say that within. If it throws, the default is taken and `failures`
   * counts it. For those who share a turn it is given the tenant `*`.
   */
  readonly within?: (tenant: string) => InnerDiscipline<T>
  /** Who gives way when full; default `evict-longest`. */
  readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-longest'>
}

const owner = 'DeficitRoundRobin'
const overflows = ['evict-longest', 'reject-new'] as const
const ownNames = ['tenantOf', 'weightOf', 'quantum', 'maxTenants', 'within', 'overflow']

/**
 * Serves tenants by turns, so that each gets its weight's share of what is served, counted in cost, whatever the others ask for. When full,
 * the tenant with the most waiting for its weight gives way: who floods the queue only pushes out itself.
 *
 * Of two tenants that both always have somebody waiting, the served cost per weight differs by at most a quantum and the largest cost.
 * A tenant of whom nobody waits costs nothing, and saves nothing up. O(log n) of the tenants that wait. Use {@link PriorityQueue} for
 * ranks instead of shares; to bound how much a tenant may use at all, a rate or concurrency limit by key.
 *
 * Shreedhar and Varghese, "Efficient fair queuing using deficit round robin", 1996; overflow by Suter et al., longest queue drop, 1999.
 */
export class DeficitRoundRobin<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #keys: Reading<T, string>
  readonly #weights: Reading<string, number>
  readonly #maxTenants: number
  readonly #inner: InnerMaker<T, string>
  // A Map, not an object: `__proto__` is a tenant like any other.
  readonly #tenants = new Map<TenantKey, Tenant<T>>()
  readonly #turns: Turns<T>
  readonly #longest = new RankHeap<Tenant<T>>((tenant) => this.#length(tenant.branch, tenant.weight))
  readonly #roster = new Roster<T, Tenant<T>>((branch) => this.#retire(branch.owner))
  readonly #room: Room<T, Tenant<T>>

  constructor(options: DeficitRoundRobinOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, ...ownNames])
    const { overflow = 'evict-longest', quantum = 1, maxTenants = 10_000 } = options
    const { tenantOf = (item: T): string => ticketOf(item)?.key ?? '', weightOf = (): number => 1 } = options
    const rejectsNew = checkOneOf(owner, 'overflow', overflow, overflows) === 'reject-new'
    this.#room = new Room(owner, options, { roster: this.#roster, rejectsNew, evict: () => this.evict() })
    this.#keys = new Reading(checkFunction(owner, 'tenantOf', tenantOf), '')
    this.#weights = new Reading(checkFunction(owner, 'weightOf', weightOf), 1)
    this.#turns = new Turns(checkNumber(owner, 'quantum', quantum, { min: 0.001, max: 1e9 }))
    this.#maxTenants = checkNumber(owner, 'maxTenants', maxTenants, { min: 1, max: 16_777_216, integer: true })
    this.#inner = new InnerMaker(owner, options, options.within)
  }

  get size(): number {
    return this.#roster.size
  }

  /** What all who wait cost together. */
  get cost(): number {
    return this.#roster.cost
  }

  /** How many tenants have somebody waiting. */
  get tenants(): number {
    return this.#tenants.size - (this.#roster.leaving ? 1 : 0)
  }

  /** How often `costOf`, `tenantOf`, `weightOf` or `within` threw. */
  get failures(): number {
    return this.#room.failures + this.#keys.failures + this.#weights.failures + this.#inner.failures
  }

  /** Changes bounds. Those beyond the new ones are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: Partial<QueueBounds>): void {
    const branches = Array.from(this.#tenants.values(), (tenant) => tenant.branch)
    this.#room.update(change, this.#inner, branches)
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    const cost = this.#room.receive(item, drop)
    const key = this.#keyOf(item)
    const known = this.#tenants.get(key)
    const weight = known?.weight ?? this.#weigh(key)
    const lengthAfter = this.#length(known?.branch ?? nothing, weight) + (cost + this.#turns.least) / weight
    if (!this.#room.fits(cost) && !this.#canDisplace(lengthAfter, cost, drop)) return item
    const tenant = known ?? new Tenant(key, weight, this.#inner.make(nameOf(key), this.#room.bounds))
    const gone = this.#roster.push(tenant.branch, item, cost, { now, drop })
    if (tenant.branch.count > 0) this.#note(tenant)
    return this.#room.makeWay(gone, drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    this.expire(now, drop)
    for (let tenant = this.#turns.first(); tenant !== undefined; tenant = this.#turns.first()) {
      const item = this.#roster.take(tenant.branch, now, drop)
      if (item === undefined) {
        // All of its own were dropped, so it has left; else it keeps its own back against the contract, and nobody can be served.
        if (tenant.branch.count > 0) return undefined
        continue
      }
      if (this.#turns.pay(tenant, this.#turns.charge(this.#roster.costOf(item)))) return item
      this.#roster.putBack(item)
    }
    return undefined
  }

  putBack(item: T): void {
    const branch = this.#roster.putBack(item)
    if (branch !== undefined) this.#turns.refund(branch.owner, this.#turns.charge(this.#roster.costOf(item)))
  }

  remove(item: T): boolean {
    return this.#roster.remove(item)
  }

  expiresAt(): Millis {
    return this.#roster.expiresAt()
  }

  expire(now: Millis, drop: Drop<T>): void {
    this.#room.expire(now, drop)
  }

  /** Whomever the tenant with the most waiting for its weight can spare. */
  evict(): T | undefined {
    this.#roster.settle()
    const tenant = this.#longest.top()
    return tenant === undefined ? undefined : this.#roster.evict(tenant.branch)
  }

  /** Whether those with longer queues than the newcomer's would be can make room. Nobody is evicted for one that is turned away after all. */
  #canDisplace(lengthAfter: number, cost: number, drop: Drop<T> | undefined): boolean {
    if (!this.#room.mayDisplace(cost, drop)) return false
    const missingCost = this.#room.missingCost(cost)
    const longest = this.#longest.top()
    if (longest === undefined || longest.rank <= lengthAfter) return false
    if (missingCost <= 0) return true
    const beyond = ({ branch, weight }: Tenant<T>): number => (this.#length(branch, weight) - lengthAfter) * weight
    return this.#longest.covers(missingCost, lengthAfter, beyond)
  }

  /** What waits per weight. Each counts for a little besides its cost, so that work without cost cannot fill the queue unseen. */
  #length({ cost, count }: { readonly cost: number; readonly count: number }, weight: number): number {
    return (cost + count * this.#turns.least) / weight
  }

  #note(tenant: Tenant<T>): void {
    if (!tenant.armed) {
      this.#tenants.set(tenant.key, tenant)
      this.#turns.join(tenant)
    }
    this.#longest.raise(tenant)
  }

  #retire(tenant: Tenant<T>): void {
    this.#tenants.delete(tenant.key)
    this.#turns.leave(tenant)
    this.#longest.remove(tenant)
    this.#roster.forget(tenant.branch)
  }

  #keyOf(item: T): TenantKey {
    const key = this.#keys.of(item)
    return this.#tenants.has(key) || this.#tenants.size < this.#maxTenants ? key : crowd
  }

  #weigh(key: TenantKey): number {
    return key === crowd ? 1 : plainWeight(this.#weights.of(key))
  }
}

const nothing = { cost: 0, count: 0 }

function nameOf(key: TenantKey): string {
  return key === crowd ? '*' : key
}
