/** The run: starts the twins, finds out what the shop can do, overloads both at once and keeps the picture up to date. */
import { type LoadHandle, type LoadResult, openLoad, type Phase } from '@spillway/bench/load'
import { setTimeout as pause } from 'node:timers/promises'
import { SideRecord } from './board.ts'
import { measureCapacity } from './capacity.ts'
import { allowedCores, assign, type Cores } from './cores.ts'
import type { Display } from './display.ts'
import type { Leash } from './leash.ts'
import type { Options } from './options.ts'
import { Problem } from './problem.ts'
import { clients, plan, type Stretch } from './scenario.ts'
import type { DemoApp, Side } from '../app.ts'
import { openTwin, type Twin } from './twin.ts'
import type { Board } from './view.ts'

/** The two servers, with where everything runs. */
export interface Pair {
  readonly app: DemoApp
  readonly unprotected: Twin
  readonly protected: Twin
  readonly cores: Cores
}

export interface Results {
  readonly unprotected: LoadResult
  readonly protected: LoadResult
}

const frameMs = 250

/** Starts both twins. */
export async function openPair(app: DemoApp, port: number, leash: Leash): Promise<Pair> {
  const cores = assign(allowedCores())
  const open = (side: Side, at: number): Promise<Twin> => openTwin({ app, side, port: at, core: cores[side], leash })
  const [unprotected, guarded] = await Promise.all([open('unprotected', port), open('protected', port && port + 1)])
  return { app, unprotected, protected: guarded, cores }
}

/** Measures both at once, which warms both alike; what counts is the shop without anything around it. */
export async function capacityOf(pair: Pair, options: Pick<Options, 'scenario'>, tools: Tools): Promise<number> {
  const { scenario } = options
  const { leash, display } = tools
  const what = 'Measuring what one shop can do on one core ...'
  const onProgress = (done: number): void => display?.progress(what, done)
  const { unprotectedLoad, protectedLoad } = pair.cores
  const [capacity] = await Promise.all([
    measureCapacity(pair.unprotected, { scenario, leash, core: unprotectedLoad, onProgress }),
    measureCapacity(pair.protected, { scenario, leash, core: protectedLoad }),
  ])
  if (capacity < 1) throw new Problem('the shop serves less than one request per second on this machine')
  return capacity
}

export interface Tools {
  readonly leash: Leash
  readonly display?: Display
}

/** Offers the same phases to both at the same time. */
export async function overload(pair: Pair, order: Order, { leash, display }: Tools): Promise<Results> {
  const records = { unprotected: new SideRecord(), protected: new SideRecord() }
  const offer = (side: Side): LoadHandle => {
    const { cores } = pair
    const core = (side === 'protected' ? cores.protectedLoad : cores.unprotectedLoad) ?? null
    const { scenario, phases } = order
    const onSlice = records[side].add.bind(records[side])
    const load = openLoad({ ...clients(scenario), url: pair[side].url, phases, core, onSlice })
    leash.hold(() => load.kill())
    return load
  }
  const results = Promise.all([offer('unprotected').result, offer('protected').result]).catch((error: unknown) => {
    throw new Problem(`the clients could not go on: ${error instanceof Error ? error.message : String(error)}`)
  })
  const done = Promise.race([results, pair.unprotected.died, pair.protected.died])
  const ended = done.then(
    () => true,
    () => true,
  )
  for (let over = false; !over; over = await Promise.race([pause(frameMs, false), ended])) {
    const board = boardOf(pair, order, records)
    if (board !== undefined) display?.show(board)
  }
  const [unprotected, guarded] = await done
  return { unprotected, protected: guarded }
}

export interface Order extends Pick<Options, 'scenario' | 'seconds' | 'load'> {
  readonly capacity: number
  readonly phases: readonly Phase[]
}

/** Completes the options with what was measured. */
export function orderOf({ scenario, seconds, load }: Omit<Order, 'capacity' | 'phases'>, capacity: number): Order {
  return { scenario, seconds, load, capacity, phases: plan(scenario, load, { seconds, capacity }) }
}

/** The picture of now; `undefined` before the first slices are in. */
function boardOf(pair: Pair, order: Order, records: Readonly<Record<Side, SideRecord>>): Board | undefined {
  // A twin whose clients wait longer knows later what became of them: both are shown as of the same instant.
  const known = Math.min(records.unprotected.slices.length, records.protected.slices.length)
  const slice = records.protected.slices[known - 1]
  const phase = slice === undefined ? undefined : order.phases[slice.phase]
  if (slice === undefined || phase === undefined) return undefined
  return {
    app: pair.app,
    scenario: order.scenario.name,
    cores: pair.cores.words,
    capacity: order.capacity,
    seconds: order.seconds,
    atSeconds: (slice.atMs + slice.lengthMs) / 1000,
    stretch: phase.name as Stretch['name'],
    times: phase.rate / order.capacity,
    urls: { unprotected: pair.unprotected.url, protected: pair.protected.url },
    unprotected: records.unprotected.look(pair.unprotected.report(), known),
    protected: records.protected.look(pair.protected.report(), known),
  }
}
