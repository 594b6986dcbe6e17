/** Time, timers, turns of the event loop and chance: the only file of core that touches the real ones. */
import type { Millis } from './ticket.ts'

/** The only source of time. `now` never goes backwards. */
export interface Clock {
  now(): Millis
  /** Runs `fn` once after `delayMs` (>= 0); the returned function cancels it. Never keeps the process alive. */
  after(delayMs: Millis, fn: () => void): () => void
}

/** Turns of the event loop, for whoever wants to see what stands outside before going on. */
export interface EventLoop {
  /** Runs `fn` in a later turn: after the sockets that are readable now were read. Cannot be cancelled. */
  nextTurn(fn: () => void): void
}

/** A number in [0, 1). */
export type Random = () => number

interface Host {
  performance: { now(): number }
  setTimeout(fn: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
  setImmediate?(fn: () => void): unknown
  Date: DateConstructor
}

// Declared here instead of taken from a lib: core compiles without DOM and without Node types, so nothing else can slip in.
const host = globalThis as unknown as Host

// Workers report wall time here: counting from load keeps numbers small, and small doubles keep their microseconds.
const origin = host.performance.now()

/** Longest delay that host timers keep (2^31 - 1 ms, about 24.8 days); longer ones would fire at once. */
const maxTimerMs = 2_147_483_647

/** The real clock: `performance.now()` counted from load, and timers that do not keep the process alive. */
export const systemClock: Clock = {
  now: () => host.performance.now() - origin,
  after(delayMs, fn) {
    const handle = host.setTimeout(fn, Math.min(delayMs, maxTimerMs))
    if (typeof handle === 'object' && handle !== null && 'unref' in handle) (handle as { unref(): void }).unref()
    return () => host.clearTimeout(handle)
  },
}

/** The real event loop: `setImmediate` where the host has it, else a timer of 0 ms. */
export const systemLoop: EventLoop = {
  nextTurn: (fn) => void (host.setImmediate === undefined ? host.setTimeout(fn, 0) : host.setImmediate(fn)),
}

/** `Math.random`. Nothing in Spillway needs numbers that cannot be guessed except the seed of hashed keys, which has its own source. */
export const systemRandom: Random = Math.random

/** Wall time `inMs` from now. Only for what people and other machines read: it jumps whenever the host's clock is set. */
export type WallTime = (inMs: Millis) => Date

/** The host's wall time. */
export const systemWallTime: WallTime = (inMs) => new host.Date(host.Date.now() + inMs)
