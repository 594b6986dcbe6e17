/** The environment of a Node.js process: its clock, its loop and what it measures about itself. */
import {
  checkKnown,
  systemClock,
  systemLoop,
  systemRandom,
  type Clock,
  type Environment,
  type EventLoop,
} from '@spillway/core'
import type { Random, Signal } from '@spillway/core'
import { gcSignal } from './gc.ts'
import { heapSignal } from './heap.ts'
import { memorySignal } from './memory.ts'

/** Options of {@link nodeEnvironment}: what to put in place of the defaults. */
export interface NodeEnvironmentOptions {
  readonly clock?: Clock
  readonly loop?: EventLoop
  readonly random?: Random
  /** Default: heap, garbage collection and memory, measured once for the whole process. */
  readonly signals?: readonly Signal[]
}

let shared: readonly Signal[] | undefined

/**
 * Everything that overload control needs from Node.js. Cheap to call again: the default signals are shared, start measuring when first read,
 * and never keep the process alive. Also right on Bun, Deno and workerd, where signals without a counter stay at 0.
 */
export function nodeEnvironment(options: NodeEnvironmentOptions = {}): Environment {
  checkKnown('nodeEnvironment', options, ['clock', 'loop', 'random', 'signals'])
  return {
    clock: options.clock ?? systemClock,
    loop: options.loop ?? systemLoop,
    random: options.random ?? systemRandom,
    signals: options.signals ?? (shared ??= [heapSignal(), gcSignal(), memorySignal()]),
  }
}
