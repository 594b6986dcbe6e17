/** Overloads the twins of a demo for real, and compares them with each other: no figure of this machine is expected. */
import { setTimeout as pause } from 'node:timers/promises'
import type { DemoApp } from '../app.ts'
import { Leash } from '../run/leash.ts'
import { capacityOf, openPair, orderOf, overload, type Pair } from '../run/run.ts'
import { scenarios } from '../run/scenario.ts'
import { outcomeOf, type Outcome, spoiledByMs } from '../run/summary.ts'

/** How both twins fared at five times what one of them can do. */
interface Survival {
  readonly unprotected: Outcome
  readonly protected: Outcome
  /** Of the protected twin some time after: what it still held. */
  readonly left: { readonly inflight: number; readonly waiting: number }
}

const settleTries = 100

async function settled({ protected: guarded }: Pair): Promise<Survival['left']> {
  for (let tries = 0; ; tries++) {
    const { inflight = 0, waiting = 0 } = guarded.report().control ?? {}
    if ((inflight === 0 && waiting === 0) || tries === settleTries) return { inflight, waiting }
    await pause(100)
  }
}

/** For the test around it, which may run several times. */
export const survivalTest = { timeout: 240_000 } as const

const maxRuns = 3

/** Part of its clients that the protected twin answers where it has its core to itself. */
const goodShare = 0.8

/**
 * Runs a demo for some ten seconds, a calm one, then six of overload, and says what is wrong with how it fared beside its unprotected
 * twin. It wants both cores, so it has three tries. Where something else takes the processor away fewer clients are answered
 * than should be, on both sides; that is told loudly, for it says more of the machine than of the demo.
 */
export async function survive(app: DemoApp): Promise<readonly string[]> {
  let wrong: readonly string[] = []
  for (let runs = 0; runs < maxRuns; runs++) {
    const { spoiledMs, ...survival } = await runOnce(app)
    const share = answered(survival.protected)
    wrong = complaints(survival)
    if (wrong.length === 0 && share >= goodShare) return []
    const late = spoiledMs === undefined ? '' : `, and the clients themselves were late by ${spoiledMs.toFixed(0)} ms`
    console.warn(`*** the protected twin answered ${(share * 100).toFixed(0)} % of its clients${late} ***`)
  }
  return wrong
}

async function runOnce(app: DemoApp): Promise<Survival & { readonly spoiledMs: number | undefined }> {
  const leash = new Leash()
  try {
    const scenario = scenarios.find(({ name }) => name === 'mixed')!
    const pair = await openPair(app, 0, leash)
    const capacity = await capacityOf(pair, { scenario }, { leash })
    const hill = orderOf({ scenario, seconds: 1, load: 5 }, capacity)
    const phases = hill.phases
      .filter(({ name }) => name === 'calm' || name === 'overload')
      .map((phase) => ({ ...phase, seconds: phase.name === 'calm' ? 1 : 6 }))
    const results = await overload(pair, { ...hill, phases }, { leash })
    const sides = [results.unprotected, results.protected]
    const [unprotected, guarded] = sides.map((side) => outcomeOf(side, 'overload')) as [Outcome, Outcome]
    return { unprotected, protected: guarded, left: await settled(pair), spoiledMs: spoiledByMs(sides) }
  } finally {
    leash.cut()
  }
}

function answered({ served, refused, offered }: Outcome): number {
  return (served + refused) / offered
}

function complaints({ unprotected, protected: guarded, left }: Survival): string[] {
  const judged: readonly (readonly [isGood: boolean, complaint: string])[] = [
    [
      answered(guarded) >= 2 * answered(unprotected),
      `answered: ${answered(guarded)} with and ${answered(unprotected)} without`,
    ],
    [guarded.served >= 2 * unprotected.served, `served: ${guarded.served} with and ${unprotected.served} without`],
    // The most important requests fare better than the rest.
    [(guarded.checkoutShare ?? 0) > guarded.served / guarded.offered, `checkouts served: ${guarded.checkoutShare}`],
    [left.inflight === 0 && left.waiting === 0, `left afterwards: ${left.inflight} running, ${left.waiting} waiting`],
  ]
  return judged.filter(([isGood]) => !isGood).map(([, complaint]) => complaint)
}
