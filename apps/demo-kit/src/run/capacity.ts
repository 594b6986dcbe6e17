/** Measures what the shop can do: as many clients as keep it busy, each asking again when it has its answer. */
import { openLoad } from '@spillway/bench/load'
import { setTimeout as pause } from 'node:timers/promises'
import type { Leash } from './leash.ts'
import { clients, type Scenario } from './scenario.ts'
import type { Twin } from './twin.ts'

export interface CapacityOptions {
  readonly scenario: Scenario
  readonly core: number | undefined
  readonly leash: Leash
  /** Told a few times a second how far it is, 0 to 1. */
  readonly onProgress?: (done: number) => void
}

/** Connections that are never idle: more than the database's pool, few enough to be refused nowhere. */
const busy = 10
/** The first requests warm the shop up: code that ran a thousand times is several times as fast. */
const warmMs = 2000
const measureMs = 2500
const stepMs = 100

/** How much more is due than is served: enough that no connection ever waits for work, and little work for the generator. */
const surplus = 2.5
const leastRate = 300

/** Requests per second that a twin serves when there is always a next one. Warms it, too. */
export async function measureCapacity(twin: Twin, options: CapacityOptions): Promise<number> {
  const { scenario, core = null, leash, onProgress } = options
  const load = openLoad({
    ...clients(scenario),
    url: twin.url,
    connections: busy,
    // What is due and not served waits in the generator and ends with it.
    timeoutMs: 60_000,
    phases: [{ rate: leastRate, seconds: 60 }],
    core,
  })
  leash.hold(() => load.kill())
  const failed = load.result.then(() => {})
  failed.catch(() => {})
  const rateOver = async (fromMs: number, lengthMs: number): Promise<number> => {
    const { served } = twin.report()
    const startMs = performance.now()
    for (let atMs = 0; atMs < lengthMs; atMs += stepMs) {
      await Promise.race([pause(stepMs), failed, twin.died])
      onProgress?.((fromMs + atMs) / (warmMs + measureMs))
    }
    return ((twin.report().served - served) * 1000) / (performance.now() - startMs)
  }
  try {
    for (let atMs = 0; atMs < warmMs; atMs += warmMs / 4) {
      load.setRate(Math.max(leastRate, surplus * (await rateOver(atMs, warmMs / 4))))
    }
    return await rateOver(warmMs, measureMs)
  } finally {
    load.kill()
  }
}
