/** Gives clients less time for what they hold while the process is short of memory. */
import { checkNumber, type Millis, type PressureScale } from '@spillway/core'
import type { ActionContext, ServerAction } from './action.ts'

/** Options of the action `timeouts`. */
export interface TimeoutScalingOptions extends PressureScale {
  /** What is left of each timeout at full pressure, as a part of it; 0.01..1, default 0.1. */
  readonly shareAtFull?: number
}

/** Checks and completes {@link TimeoutScalingOptions.shareAtFull}. */
export function checkShare(owner: string, share = 0.1): number {
  return checkNumber(owner, 'actions.timeouts.shareAtFull', share, { min: 0.01, max: 1 })
}

type Timeout = 'headersTimeout' | 'requestTimeout' | 'keepAliveTimeout'

/** Never shorter than this, so that an honest client on a slow line still gets in a request. A timeout that is shorter is left alone. */
const shortestMs: Readonly<Record<Timeout, Millis>> = {
  headersTimeout: 1000,
  requestTimeout: 5000,
  keepAliveTimeout: 100,
}

/** A timeout at a level from 0 to 1: linear between all of it and `shareAtFull`, but no shorter than `shortest`; 0 is none, and stays. */
export function scaledTimeout(ms: Millis, level: number, shareAtFull: number, shortest: Millis): Millis {
  if (!(ms > shortest)) return ms
  return Math.max(shortest, Math.round(ms * (1 - level * (1 - shareAtFull))))
}

/**
 * Scales `headersTimeout`, `requestTimeout` and `keepAliveTimeout` down with the pressure: a share of what they were. Node looks for
 * late requests every `connectionsCheckingInterval` (an option of `createServer`, 30 s by default), and so late may they be cut.
 */
export class TimeoutScaling implements ServerAction {
  readonly scale: PressureScale | undefined
  readonly #shareAtFull: number
  #server: Partial<Record<Timeout, number>> = {}
  /** What each was before and what it was set to; empty while nothing is scaled. */
  readonly #scaled = new Map<Timeout, { before: Millis; set: Millis }>()

  constructor(scale: PressureScale | undefined, shareAtFull: number) {
    this.scale = scale
    this.#shareAtFull = shareAtFull
  }

  start({ server }: ActionContext): void {
    this.#server = server as Partial<Record<Timeout, number>>
  }

  apply(level: number, _now: Millis): void {
    if (level === 0) return this.restore()
    for (const name of Object.keys(shortestMs) as Timeout[]) this.#scale(name, level)
  }

  restore(): void {
    for (const [name, { before, set }] of this.#scaled) {
      // Whoever has set another one since then means it.
      if (this.#server[name] === set) this.#server[name] = before
    }
    this.#scaled.clear()
  }

  #scale(name: Timeout, level: number): void {
    const present = this.#server[name]
    // why: servers of HTTP/2 alone have none of them.
    if (typeof present !== 'number') return
    const known = this.#scaled.get(name)
    const before = known !== undefined && known.set === present ? known.before : present
    const set = scaledTimeout(before, level, this.#shareAtFull, shortestMs[name])
    this.#server[name] = set
    this.#scaled.set(name, { before, set })
  }
}
