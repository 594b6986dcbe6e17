/** A Node-like server under load, in virtual time: what a gate does to it, seen within milliseconds. */
import { checkNumber } from '../../options.ts'
import { Clients } from './clients.ts'
import { Handlers } from './handlers.ts'
import { Kernel } from './kernel.ts'
import { Ledger } from './ledger.ts'
import { Machine } from './machine.ts'
import type { SimulationOptions } from './options.ts'
import { makePlan } from './plan.ts'
import { Pool } from './pools.ts'
import { seededRandom } from './random.ts'
import { SimulationResult } from './result.ts'
import { Turns } from './turns.ts'

/**
 * Plays a workload against one simulated Node-like process and tells what became of every request.
 *
 * The gate under test runs unmodified: its clock and its event loop are the simulated ones, and time passes only by being spent.
 * Modelled are the things that decide under overload: one connection is accepted per turn of the loop, the rest stands in an accept
 * queue of 511 where nothing can see it; all readable sockets are read in one go; a handler's processor time blocks everything;
 * promises settle between callbacks; a client that hangs up is noticed one read later. Not modelled: bandwidth, several processes,
 * pipelining, garbage collection but as `contention` and `pauses`, and gates that wait for anything real (a store on a network).
 *
 * Equal seeds mean equal requests, whatever the gate does. Throws a TypeError or a RangeError for bad options; rejects with what a gate
 * throws. For the time between two events of your own choice take {@link VirtualClock} instead.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const plan = makePlan(options)
  const seed = checkNumber('simulate', 'seed', options.seed ?? 1, { min: 0, max: 4_294_967_295, integer: true })
  const pauses = plan.pauses && { plan: plan.pauses, random: seededRandom(seed ^ 0x1b873593) }
  const machine = new Machine(pauses)
  const ledger = new Ledger()
  const kernel = new Kernel(plan.server.backlog)
  // Streams of their own: a gate that throws dice must not change who comes, nor a longer run what the first requests cost.
  const [random, work, chance] = [seededRandom(seed), seededRandom(seed ^ 0x5bd1e995), seededRandom(seed ^ 0x2545f491)]
  const clients = new Clients(plan, ledger, { random, work, wire: kernel })
  const view = {
    get running() {
      return ledger.running
    },
    get busyMs() {
      return machine.busyMs
    },
    get now() {
      return machine.now()
    },
  }
  const signals = options.signals?.(view) ?? []
  const gate = options.protect?.({ clock: machine, loop: machine, random: chance, signals })
  const poolWorld = {
    now: () => machine.now(),
    replyAt: (at: number, request: Parameters<typeof kernel.reply>[0]) => clients.at(at, () => kernel.reply(request)),
  }
  const pools = new Map(
    [...plan.downstreams].map((downstream) => [downstream, new Pool(downstream, poolWorld)] as const),
  )
  const handlers = new Handlers({ plan, machine, clients, ledger, pools, gate })
  const turns = new Turns({ plan, machine, kernel, clients, handlers, ledger })
  await turns.play()
  ledger.close()
  const { durationMs, capacityPerSecond } = plan
  return new SimulationResult({ ledger, durationMs, capacityPerSecond, endedAtMs: machine.now(), loop: turns.loop })
}
