/** Single measurements: one server, one load, what came of it. */
import { type Latency, type LoadResult, type Phase, type PhaseResult, type Slice, startLoad } from '../load/index.ts'
import { loadOf, type Scenario } from './scenarios.ts'
import type { Guess } from './subjects.ts'
import { openTarget, type ServerStats, type Target } from './target.ts'

/** Lengths of everything; `--quick` has shorter ones. */
export interface Lengths {
  readonly calmSeconds: number
  readonly cellSeconds: number
  readonly probeSeconds: number
}

export interface CellOrder {
  readonly scenario: Scenario
  readonly subject: string
  readonly guess: Guess
  readonly seed: number
}

/** What a subject did at one offered load. */
export interface CellResult {
  readonly phase: PhaseResult
  /** Served in all, the calm moment included, as the server's statistics are. */
  readonly served: number
  /** The subject stands in front of the framework. */
  readonly inFront: boolean
  readonly server: ServerStats
}

/** What the unprotected server can do. */
export interface Capacity {
  /** Best goodput at any offered load. */
  readonly perSecond: number
  /** Latency far below the capacity. */
  readonly unloaded: Latency
}

/** Rates of the search for the capacity, as multiples of the scenario's nominal one. */
const probes = [0.7, 0.8, 0.88, 0.95, 1, 1.06, 1.15, 1.3]

async function onServer<T>(order: CellOrder, run: (target: Target) => Promise<T>): Promise<T> {
  const target = await openTarget({ ...order, scenario: order.scenario.name })
  try {
    return await run(target)
  } finally {
    await target.close()
  }
}

function load(order: CellOrder, target: Target, phases: readonly Phase[]): Promise<LoadResult> {
  return startLoad({ ...loadOf(order.scenario), url: target.url, phases, seed: order.seed })
}

function phaseOf(result: LoadResult, index: number): PhaseResult {
  const phase = result.phases[index]
  if (phase === undefined) throw new Error(`goodput: the load has no phase ${index}`)
  return phase
}

/** Measures the unprotected server at rising rates; the best goodput is the capacity. */
export async function measureCapacity(order: CellOrder, lengths: Lengths): Promise<Capacity> {
  const { nominal } = order.scenario
  const calm: Phase = {
    name: 'unloaded',
    rate: nominal * 0.25,
    seconds: lengths.probeSeconds * 2,
    arrivals: 'constant',
  }
  const rising = probes.map((probe): Phase => ({ rate: nominal * probe, seconds: lengths.probeSeconds }))
  const result = await onServer({ ...order, subject: 'none' }, (target) => load(order, target, [calm, ...rising]))
  const perSecond = Math.max(...result.phases.slice(1).map((phase) => phase.completedPerSecond))
  return { perSecond, unloaded: phaseOf(result, 0).servedLatency }
}

/** Measures a subject at one offered load, after a moment of half the capacity. */
export function measureCell(order: CellOrder, offered: number, lengths: Lengths): Promise<CellResult> {
  return onServer(order, async (target) => {
    await target.stats()
    const calm: Phase = { rate: order.guess.perSecond / 2, seconds: lengths.calmSeconds, arrivals: 'constant' }
    const result = await load(order, target, [calm, { rate: offered, seconds: lengths.cellSeconds }])
    const served = result.phases.reduce((sum, phase) => sum + phase.served, 0)
    return { phase: phaseOf(result, 1), served, inFront: target.inFront, server: await target.stats() }
  })
}

/** Most refusals per second of an app whose first middleware refuses everything, over the scenario's kind of connections. */
export async function measureRefusals(order: CellOrder): Promise<number> {
  const rates = [1500, 2000, 2500, 3000, 3500, 4000, 5000, 6000]
  const phases = rates.map((rate): Phase => ({ rate, seconds: 1, arrivals: 'constant' }))
  const result = await onServer({ ...order, subject: 'refuse-all' }, (target) => load(order, target, phases))
  return Math.max(...result.phases.map((phase) => phase.refused / phase.seconds))
}

/** What recovery means: this share of the offered requests served, in one second's worth of slices from then on. */
const recovered = 0.95
const recoveredMs = 1000

/** Milliseconds from `afterMs` until the goodput is back; `Infinity` if it never is. */
export function recoveryMs(slices: readonly Slice[], afterMs: number): number {
  const later = slices.filter((slice) => slice.atMs + slice.lengthMs / 2 >= afterMs && slice.offered > 0)
  for (const [index, slice] of later.entries()) {
    const window = later.filter((other) => other.atMs >= slice.atMs && other.atMs < slice.atMs + recoveredMs)
    const last = later[index + window.length]
    if (last === undefined) break
    if (share(window) >= recovered && share([slice]) >= recovered) return Math.max(0, slice.atMs - afterMs)
  }
  return Infinity
}

/** Served per offered over some slices; 1 when nothing was offered. */
export function share(slices: readonly Slice[]): number {
  const offered = slices.reduce((sum, slice) => sum + slice.offered, 0)
  return offered === 0 ? 1 : slices.reduce((sum, slice) => sum + slice.served, 0) / offered
}

/** Half the capacity, then 4x for 5 s, then 0.8x: how long until 95 % are served again. */
export function measureSpike(order: CellOrder, afterSeconds: number): Promise<number> {
  const { perSecond } = order.guess
  const phases = [
    { rate: perSecond * 0.5, seconds: 2 },
    { rate: perSecond * 4, seconds: 5 },
    { rate: perSecond * 0.8, seconds: afterSeconds },
  ]
  return onServer(order, async (target) => recoveryMs((await load(order, target, phases)).slices, 7000))
}

/** At 0.8x the downstream becomes 8 times slower for 5 s: how long after its end until 95 % are served again. */
export function measureBrownOut(order: CellOrder, afterSeconds: number): Promise<number> {
  const phases = [{ rate: order.guess.perSecond * 0.8, seconds: 7 + afterSeconds }]
  return onServer(order, async (target) => {
    const running = load(order, target, phases)
    await pause(2000)
    await target.slowDown(8)
    await pause(5000)
    const endedMs = await target.slowDown(1)
    const result = await running
    return recoveryMs(result.slices, endedMs - result.startedAtEpochMs)
  })
}

/** Goodput per second in each 10 s of a long overload at 2x. */
export function measureSustained(order: CellOrder, seconds: number): Promise<number[]> {
  const phases = [{ rate: order.guess.perSecond * 2, seconds }]
  return onServer(order, async (target) => tens((await load(order, target, phases)).slices))
}

/** Served per second in each whole 10 s. */
export function tens(slices: readonly Slice[]): number[] {
  const sums: { served: number; ms: number }[] = []
  for (const slice of slices) {
    const sum = (sums[Math.floor(slice.atMs / 10_000)] ??= { served: 0, ms: 0 })
    sum.served += slice.served
    sum.ms += slice.lengthMs
  }
  return sums.filter(({ ms }) => ms > 9000).map(({ served, ms }) => (served * 1000) / ms)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
