/** What a scenario of the simulator is: a world, and what of its result is worth comparing. */
import type { Server, SimulationOptions, SimulationResult, Workload } from '@spillway/core/testing'

/** A simulation without the control. */
export type WorldOptions = Omit<SimulationOptions, 'seed' | 'protect'>

/** One number that subjects are compared by. */
export interface Score {
  /** What it is; subjects are ranked by it within a scenario. */
  readonly name: string
  /** 1 is all that can be had; higher is better. */
  readonly value: number
}

/** What one run of one subject gave. */
export interface Measured {
  readonly scores: readonly Score[]
  /** Further numbers for the table. */
  readonly details: Readonly<Record<string, number>>
}

/** A world in which subjects are compared. */
export interface Scenario {
  readonly name: string
  /** Table that it belongs to. */
  readonly table: string
  /** What it asks, in a sentence. */
  readonly about: string
  /** Work in flight that Little's law asks for at capacity: what a user with perfect foresight would set. */
  readonly right: number
  world(seed: number): WorldOptions
  measure(result: SimulationResult): Measured
}

/** A scenario of constant load, judged by what is served after the warm-up. */
export interface LoadScenario {
  readonly table: string
  readonly about: string
  readonly name: string
  readonly right: number
  readonly workload: (load: number, seed: number) => Workload
  readonly server?: Server
  readonly durationMs: number
}

/** The start, in which a control has yet to find out what the server can do; short runs count from here. */
export const warmUpMs = 1500

/** Goodput over the best possible at that load, latency and the success of what matters most. */
export function atLoad(load: number, init: LoadScenario): Scenario {
  const { name, workload, server, durationMs, ...rest } = init
  return {
    ...rest,
    name: `${name} x${load}`,
    world: (seed) => ({ durationMs, workload: workload(load, seed), ...(server === undefined ? {} : { server }) }),
    measure: (result) => {
      const steady = result.between(warmUpMs, durationMs)
      return { scores: [goodput(steady.goodput, load), ...importantOf(result)], details: latencyOf(steady) }
    },
  }
}

/** Served over what was offered or could be served, whichever is less. */
export function goodput(value: number, load = 1): Score {
  return { name: 'goodput', value: value / Math.min(1, load) }
}

/** Success of the most important class, where there is one. */
export function importantOf({ byPriority }: SimulationResult): Score[] {
  const { offered, served } = byPriority.critical_plus
  return offered === 0 ? [] : [{ name: 'important', value: served / offered }]
}

/** The usual numbers beside the scores. */
export function latencyOf(slice: { readonly servedP99Ms: number; readonly answered: number }): Record<string, number> {
  return { p99: slice.servedP99Ms, answered: slice.answered }
}
