/** What disciplines read of those who wait, whatever the reading function does. */
import type { Ticket } from '../ticket.ts'

/** What can wait: anything but `undefined`, which means nobody. */
export type Queueable = object | string | number

/** The ticket of a waiter; `undefined` of anything else that waits. */
export function ticketOf(item: Queueable): Ticket | undefined {
  return (item as { readonly ticket?: Ticket }).ticket
}

/** A function of the user's that may throw: then `otherwise` is the answer, and `failures` counts it. */
export class Reading<In, Out> {
  failures = 0
  readonly #read: (input: In) => Out
  readonly #otherwise: Out

  constructor(read: (input: In) => Out, otherwise: Out) {
    this.#read = read
    this.#otherwise = otherwise
  }

  of(input: In): Out {
    try {
      return this.#read(input)
    } catch {
      this.failures++
      return this.#otherwise
    }
  }
}

/** Costs beyond this count as this: sums of them stay exact enough to compare. */
const mostCost = 4_294_967_296

/** A cost that can be added and taken away again: 0..2^32; what is negative or no number counts as 1. */
export function plainCost(cost: number): number {
  return cost >= 0 ? Math.min(cost, mostCost) : 1
}
