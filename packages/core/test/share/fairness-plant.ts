/** A server with a bounded line, and tenants who want different amounts of it. */
import { createTicket, FairShare, FairShareLimiter, type FairShareLimiterOptions, type Ticket } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'

/** What a tenant asks for, in multiples of what the server can do. */
export type Demand = number | ((now: number) => number)

export interface PlantOptions {
  readonly demands: Readonly<Record<string, Demand>>
  /**
   * `none`: first come, first served. `refuse`: a limiter in front. `demote`: what is beyond waits behind the rest, and makes place for
   * it when the line is full.
   */
  readonly by: 'none' | 'refuse' | 'demote'
  readonly share?: FairShareLimiterOptions
  /** Served per ms. Default 1. */
  readonly perMs?: number
  readonly places?: number
  readonly durationMs?: number
  /** Nothing is counted before. Default 2000. */
  readonly fromMs?: number
  /** Work comes by chance, or at even distances (default). */
  readonly isChance?: boolean
  /** So much comes under keys that are never used twice. */
  readonly flood?: number
  readonly cost?: (key: string) => number
}

export interface PlantResult {
  /** Of what the server can do, by tenant: what was asked for and what was served. */
  readonly asked: Readonly<Record<string, number>>
  readonly served: Readonly<Record<string, number>>
  readonly total: number
  /** Most keys that were remembered. */
  readonly mostKeys: number
}

interface Waiting {
  readonly ticket: Ticket
  readonly isBeyond: boolean
}

/** Limiter or advice behind one face: `offer` says whether there is a place in the line, and of which kind. */
class Plant {
  readonly line: Waiting[] = []
  readonly fair: FairShare | undefined
  readonly limiter: FairShareLimiter | undefined
  readonly #watched: FairShareLimiter | ReturnType<typeof checked> | undefined
  readonly #places: number

  constructor({ by, share = {}, places = 100 }: PlantOptions) {
    const options = { random: seededRandom(99), ...share }
    const { by: _by, congested: _congested, reserve: _reserve, ...rest } = options
    this.fair = by === 'demote' ? new FairShare(rest) : undefined
    this.limiter = by === 'refuse' ? new FairShareLimiter(options) : undefined
    this.#watched = this.limiter === undefined ? undefined : checked(this.limiter)
    this.#places = places
  }

  get keys(): number {
    return this.fair?.size ?? this.limiter?.snapshot().keys ?? 0
  }

  offer(ticket: Ticket, now: number): void {
    if (this.#watched?.admit(ticket, now) !== undefined) return
    const isBeyond = this.fair?.isBeyond(ticket.key, ticket.cost, now) ?? false
    if (this.line.length < this.#places) {
      this.line.push({ ticket, isBeyond })
      return
    }
    this.#watched?.settle(ticket, now, 'revoked')
    const last = this.line.findLastIndex((waiting) => waiting.isBeyond)
    if (this.fair === undefined || (!isBeyond && last >= 0)) {
      this.fair?.congested(now)
      if (last >= 0) this.line.splice(last, 1, { ticket, isBeyond })
      return
    }
    this.fair.congested(now, isBeyond ? 0 : ticket.cost)
    if (!isBeyond) this.fair.refund(ticket.key, ticket.cost)
  }

  serve(now: number): Ticket | undefined {
    if (this.line.length === 0) return undefined
    const first = Math.max(
      0,
      this.line.findIndex((waiting) => !waiting.isBeyond),
    )
    const { ticket } = this.line.splice(first, 1)[0]!
    this.#watched?.settle(ticket, now, 'success')
    this.fair?.served(ticket.cost, now)
    return ticket
  }
}

/** Plays in steps of a ms; equal options give equal results. */
export function plant(options: PlantOptions): PlantResult {
  const { demands, perMs = 1, durationMs = 10_000, fromMs = 2000, isChance = false, flood = 0, cost } = options
  const random = seededRandom(5)
  const machine = new Plant(options)
  const names = Object.keys(demands)
  const due = new Map([...names, 'flood'].map((name) => [name, random()]))
  const sums = (): Record<string, number> => Object.fromEntries([...names, 'flood'].map((name) => [name, 0]))
  const [asked, served] = [sums(), sums()]
  const unit = 1 / ((durationMs - fromMs) * perMs)
  let [credit, strangers, mostKeys] = [0, 0, 0]
  for (let now = 0; now < durationMs; now++) {
    const arrivals: { name: string; at: number }[] = []
    for (const name of [...names, 'flood']) {
      const demand = name === 'flood' ? flood : demands[name]!
      let left = due.get(name)! - perMs * (typeof demand === 'number' ? demand : demand(now))
      for (; left < 0; left += isChance ? -Math.log(1 - random()) : 1) arrivals.push({ name, at: random() })
      due.set(name, left)
    }
    for (const { name } of arrivals.sort((a, b) => a.at - b.at)) {
      const key = name === 'flood' ? `stranger ${strangers++}` : name
      const ticket = createTicket(now, { key, cost: cost?.(key) ?? 1 })
      if (now >= fromMs) asked[name]! += unit * ticket.cost
      machine.offer(ticket, now)
    }
    mostKeys = Math.max(mostKeys, machine.keys)
    for (credit = Math.min(credit + perMs, perMs + 1); credit > 0;) {
      const ticket = machine.serve(now)
      if (ticket === undefined) break
      credit -= ticket.cost
      if (now >= fromMs) served[ticket.key.startsWith('stranger') ? 'flood' : ticket.key]! += unit * ticket.cost
    }
  }
  const total = Object.values(served).reduce((sum, each) => sum + each, 0)
  return { asked, served, total, mostKeys }
}
