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

/** Requests per second that a twin serves when there is always a next one. Warms it, too. */
export async function measureCapacity(twin: Twin, options: CapacityOptions): Promise<number> {
  const { scenario, core = null, leash, onProgress } = options
  const load = openLoad({
    ...clients(scenario),
    // So much is due that a connection never waits for work; what is due waits in the generator and ends with it.
    url: twin.url,
    connections: busy,
    timeoutMs: 60_000,
    phases: [{ rate: 4000, seconds: 60 }],
    core,
  })
  leash.hold(() => load.kill())
  const failed = load.result.then(() => {})
  failed.catch(() => {})
  const wait = async (fromMs: number, ms: number): Promise<void> => {
    for (let atMs = 0; atMs < ms; atMs += stepMs) {
      await Promise.race([pause(stepMs), failed, twin.died])
      onProgress?.((fromMs + atMs) / (warmMs + measureMs))
    }
  }
  try {
    await wait(0, warmMs)
    const first = { served: twin.report().served, atMs: performance.now() }
    await wait(warmMs, measureMs)
    return ((twin.report().served - first.served) * 1000) / (performance.now() - first.atMs)
  } finally {
    load.kill()
  }
}
