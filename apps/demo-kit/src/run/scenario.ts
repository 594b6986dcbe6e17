/** What the clients ask for, how they connect, and how their number changes over a run. */
import type { LoadOptions, LoadPath, Phase } from '@spillway/bench/load'

/** A stretch of a run: a part of its length, at a multiple of the capacity. */
export interface Stretch {
  readonly name: 'calm' | 'rising' | 'overload' | 'calm again'
  /** Part of the whole run. */
  readonly part: number
  readonly times: number
}

export interface Scenario {
  readonly name: string
  /** What it shows, in a line. */
  readonly about: string
  readonly paths: readonly LoadPath[]
  /** `fresh`, or as many kept-alive ones. */
  readonly connections: 'fresh' | number
  readonly stretches: (load: number) => readonly Stretch[]
}

/** Clients give up after this long. */
const patienceMs = 500

function hill(load: number): readonly Stretch[] {
  return [
    { name: 'calm', part: 0.2, times: 0.5 },
    { name: 'rising', part: 0.06, times: 0.5 + (load - 0.5) / 3 },
    { name: 'rising', part: 0.06, times: 0.5 + ((load - 0.5) * 2) / 3 },
    { name: 'overload', part: 0.43, times: load },
    { name: 'calm again', part: 0.25, times: 0.5 },
  ]
}

function spikes(load: number): readonly Stretch[] {
  const spike: Stretch = { name: 'overload', part: 0.1, times: load }
  const rest: Stretch = { name: 'calm again', part: 0.2, times: 0.5 }
  return [{ name: 'calm', part: 0.15, times: 0.5 }, spike, rest, spike, rest, spike, { ...rest, part: 0.15 }]
}

const everything: readonly LoadPath[] = [
  { path: '/search?q=red+lamp', share: 45 },
  { path: '/checkout', share: 15 },
  { path: '/recommendations?for=7', share: 15 },
  { path: '/products', share: 10 },
  { path: '/products/7', share: 15 },
]

const base = { paths: everything, connections: 'fresh', stretches: hill } as const

export const scenarios: readonly Scenario[] = [
  {
    ...base,
    name: 'mixed',
    about: 'all routes at once: searches fill the core, and checkouts (critical) have to get through all the same',
  },
  {
    ...base,
    name: 'cpu',
    about: 'searches only: the event loop is full, and most clients stand where no middleware sees them',
    paths: [{ path: '/search?q=red+lamp', share: 1 }],
  },
  {
    ...base,
    name: 'downstream',
    about: 'checkouts only: the database has 5 connections; the event loop idles while the queue for them grows',
    paths: [{ path: '/checkout', share: 1 }],
  },
  {
    ...base,
    name: 'spike',
    about: 'three short spikes: who is back at once, and who still works for clients that left',
    stretches: spikes,
  },
  {
    ...base,
    name: 'keepalive',
    about: 'as mixed, over 600 connections that are kept open, as a proxy does',
    connections: 600,
  },
]

/** The phases of a run of so many seconds, for a shop that can do `capacity` requests per second. */
export function plan(scenario: Scenario, load: number, run: { seconds: number; capacity: number }): readonly Phase[] {
  return scenario.stretches(load).map(({ name, part, times }) => {
    return { name, rate: times * run.capacity, seconds: part * run.seconds }
  })
}

/** What the generator needs to know beside the phases. */
export function clients({ paths, connections }: Scenario): Omit<LoadOptions, 'url' | 'phases'> {
  return { paths, connections, arrivals: 'poisson', timeoutMs: patienceMs, precise: false }
}
