/** The work that a scenario's routes do: real CPU time, and a simulated downstream that can be slowed. */
import { Router } from 'express'
import { type Random, seededRandom } from '../load/random.ts'
import type { RouteCost, Scenario } from './scenarios.ts'

/** What the handlers did since the last reading. */
export interface WorkStats {
  /** Handlers that began, whether or not a client still waited. */
  runs: number
  inflight: number
  peakInflight: number
}

export interface Workload {
  readonly routes: Router
  readonly stats: WorkStats
  /** Multiplies the duration of downstream calls that begin from now on. */
  slowDown(factor: number): void
}

/** Burns CPU for a while. */
function busy(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** A downstream with a bounded pool in front of it, first come first served, as database clients have. */
class Downstream {
  factor = 1
  readonly #callMs: number
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(callMs: number, poolSize: number) {
    this.#callMs = callMs
    this.#free = poolSize
  }

  wait(then: () => void): void {
    setTimeout(then, this.#callMs * this.factor)
  }

  pooled(then: () => void): void {
    if (this.#free === 0) this.#waiting.push(then)
    else {
      this.#free--
      this.#call(then)
    }
  }

  #call(then: () => void): void {
    this.wait(() => {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else this.#call(next)
      then()
    })
  }
}

/** Pareto with shape 1.5, cut at 30 times its minimum, scaled to mean 1: most requests are cheap, few are very dear. */
export function heavyFactor(random: Random): number {
  const shape = 1.5
  const cut = 30
  const mean = (shape / (shape - 1)) * ((1 - cut ** (1 - shape)) / (1 - cut ** -shape))
  return (1 - random() * (1 - cut ** -shape)) ** (-1 / shape) / mean
}

/** Makes the routes of a scenario, and `/warm`, which costs nothing but the framework. */
export function createWorkload(scenario: Scenario, seed: number): Workload {
  const routes = Router()
  const random = seededRandom(seed)
  const downstream = new Downstream(scenario.downstreamMs, scenario.poolSize)
  const stats: WorkStats = { runs: 0, inflight: 0, peakInflight: 0 }
  for (const route of scenario.routes) {
    routes.get(route.path, (_request, response) => {
      const factor = route.heavy === true ? heavyFactor(random) : 1
      stats.runs++
      stats.peakInflight = Math.max(stats.peakInflight, ++stats.inflight)
      const finish = (): void => {
        busy(route.afterMs * factor)
        stats.inflight--
        response.json({ ok: true })
      }
      busy(route.beforeMs * factor)
      ask(downstream, route, finish)
    })
  }
  routes.get('/warm', (_request, response) => void response.json({ ok: true }))
  return { routes, stats, slowDown: (slower) => void (downstream.factor = slower) }
}

function ask(downstream: Downstream, route: RouteCost, then: () => void): void {
  if (route.downstream === 'wait') downstream.wait(then)
  else if (route.downstream === 'pool') downstream.pooled(then)
  else then()
}
