/** Asks a server again and again how it is, and believes what it says several times in a row. */
import type { Millis } from '../../ticket.ts'
import type { HealthCheck } from './options.ts'
import type { Server } from './server.ts'
import type { World } from './world.ts'

/** Whom to ask, how, and whom to tell. */
export interface ProberInit {
  readonly world: World
  readonly server: Server
  readonly check: Required<HealthCheck>
  readonly asksReadiness: boolean
  /** Told whenever the opinion changes. */
  readonly changed: (healthy: boolean) => void
}

export class Prober {
  /** The opinion. */
  healthy = true
  /** What the last probe said; one that is not answered yet says nothing. */
  lastGood = true
  passed = 0
  failed = 0
  readonly #init: ProberInit
  #row = 0
  #life = 1

  constructor(init: ProberInit) {
    this.#init = init
  }

  /** Begins to ask, and never ends. */
  start(firstMs: Millis): void {
    this.#later(firstMs)
  }

  #later(inMs: Millis): void {
    const { world, check } = this.#init
    world.at(world.now() + inMs, () => {
      this.#probe()
      this.#later(check.intervalMs)
    })
  }

  #probe(): void {
    const { world, server, check, asksReadiness } = this.#init
    const { life } = server
    // An orchestrator knows what it starts; a balancer goes on not to believe in it until it has proved itself.
    if (!asksReadiness && life !== this.#life) {
      this.#life = life
      this.#row = 0
      this.healthy = true
    }
    if (!asksReadiness && !server.alive) return
    let open = true
    const judge = (good: boolean): void => {
      if (!open) return
      open = false
      cancel()
      // What somebody's predecessor did says nothing about it.
      if (server.life === life) this.#judge(good)
    }
    const cancel = world.at(world.now() + check.timeoutMs, () => {
      takeBack()
      judge(false)
    })
    let takeBack = (): void => {}
    takeBack = server.probe(asksReadiness, judge)
  }

  #judge(good: boolean): void {
    const { check, changed } = this.#init
    this.lastGood = good
    if (good) this.passed++
    else this.failed++
    this.#row = good === this.healthy ? 0 : this.#row + 1
    if (this.#row < (good ? check.successes : check.failures)) return
    this.#row = 0
    this.healthy = good
    changed(good)
  }
}
