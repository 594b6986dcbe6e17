/** Everything that a composed control takes from the world: time, turns of the loop, chance, and measures of pressure. */
import { systemClock, systemLoop, systemRandom } from './clock.ts'
import type { Clock, EventLoop, Random } from './clock.ts'
import type { Signal } from './signal/signal.ts'

/** Injected wherever something is put together, so that tests own all of it and core needs no runtime. */
export interface Environment {
  readonly clock: Clock
  readonly loop: EventLoop
  readonly random: Random
  /** What is measured about this process; empty where the runtime tells nothing. */
  readonly signals: readonly Signal[]
}

/** The real one, without signals: those need a runtime's own counters, as `@spillway/node` reads them. */
export const systemEnvironment: Environment = {
  clock: systemClock,
  loop: systemLoop,
  random: systemRandom,
  signals: [],
}
