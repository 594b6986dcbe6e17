/** Whose turn it is by deficit round robin. */
import { DueHeap } from './due-heap.ts'
import type { Tenant } from './tenant.ts'

/** A tenant that is served for less pays this part of a quantum, so that work without cost has no endless turn. */
const leastShare = 1 / 128

/**
 * Rounds of Shreedhar and Varghese. A tenant whose next item costs more than it has saved up is not visited in vain round after round:
 * the round in which it can pay is computed, so that nothing here takes longer for a large cost or a small quantum. O(log n) of tenants.
 */
export class Turns<T> {
  quantum: number
  readonly #turns = new DueHeap<Tenant<T>>()
  #round = 0
  #orders = 0

  constructor(quantum: number) {
    this.quantum = quantum
  }

  /** The least that an item counts. */
  get least(): number {
    return leastShare * this.quantum
  }

  /** Behind all who have a turn already. */
  join(tenant: Tenant<T>): void {
    if (this.#turns.size === 0) this.#round = this.#orders = 0
    tenant.dueAt = this.#round
    this.#wait(tenant, 1)
  }

  leave(tenant: Tenant<T>): void {
    this.#turns.cancel(tenant)
  }

  /** Who is next. */
  first(): Tenant<T> | undefined {
    return this.#turns.peek()
  }

  /** What an item costs of a turn. */
  charge(cost: number): number {
    return Math.max(cost, this.least)
  }

  /** Whether the first tenant can pay, and then it has; if not, it is not the first any more. */
  pay(tenant: Tenant<T>, charge: number): boolean {
    this.#round = tenant.dueAt
    if (charge <= tenant.deficit) {
      tenant.deficit -= charge
      return true
    }
    this.#turns.take()
    this.#wait(tenant, Math.ceil((charge - tenant.deficit) / (this.quantum * tenant.weight)))
    return false
  }

  /** Undoes the last `pay`. */
  refund(tenant: Tenant<T>, charge: number): void {
    tenant.deficit += charge
  }

  #wait(tenant: Tenant<T>, rounds: number): void {
    tenant.deficit += rounds * this.quantum * tenant.weight
    tenant.dueAt += rounds
    tenant.order = ++this.#orders
    this.#turns.add(tenant)
  }
}
