/** Whether what a policy says is done, only counted, or not even asked for. */
import { systemRandom, type Random } from '../clock.ts'
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../options.ts'
import { KeyHash } from '../rate/key-hash.ts'
import type { Reason, Rejection, Ticket, Verdict } from '../ticket.ts'
import { noneRefused } from '../pace/refusals.ts'

/** What becomes of a policy's verdicts. */
export type Mode =
  /** They count: who is refused is refused. */
  | 'enforce'
  /** They are counted: everybody is let in. */
  | 'shadow'
  /** The policy is not asked, and learns nothing. */
  | 'off'

/** How much of a policy's verdicts is done. */
export interface ModeOptions {
  /** `enforce` by default. */
  readonly mode?: Mode
  /** Share of the decisions that is enforced in mode `enforce`; the others are as in `shadow`. 0 to 1, default 1. */
  readonly enforceRatio?: number
  /**
   * Who is in that share. `key`, the default: callers, by a hash of `ticket.key`, so that each sees one behaviour, in every process, and
   * who is in it stays in it when the share grows; tickets with the empty key by chance. `chance`: each decision by itself.
   */
  readonly enforceBy?: 'key' | 'chance'
  /** Decides by chance; default `Math.random`. */
  readonly random?: Random
}

/** What may change while it runs. */
export type ModeUpdate = Pick<ModeOptions, 'mode' | 'enforceRatio'>

/** What became of verdicts since the start. */
export interface ModeSnapshot {
  readonly mode: Mode
  readonly enforceRatio: number
  /** Let in, whatever the policy said. */
  readonly admitted: number
  /** Let in without asking the policy. */
  readonly notAsked: number
  /** Turned away. */
  readonly refused: Readonly<Record<Reason, number>>
  /** Let in although the policy said no. */
  readonly wouldRefuse: Readonly<Record<Reason, number>>
}

/** Lets work in against its policy's verdict, and can tell whom. */
export interface Shadowing {
  /**
   * What the policy said of a ticket that was let in all the same: a rejection, or a promise of the verdict if the policy would have made
   * it wait. `undefined` for tickets that it let in itself, was not asked about, or that have ended.
   */
  shadowed(ticket: Ticket): Verdict | Promise<Verdict>
}

const known = ['mode', 'enforceRatio', 'enforceBy', 'random']
// No secret: a fleet must agree on who is in the share, before and after a restart.
const hash = new KeyHash(0x5370696c, 0x6c776179)
const sizeOfHash = 2 ** 32

/** Decides whether a verdict is enforced. */
export class Enforcement {
  readonly #owner: string
  #mode: Mode = 'enforce'
  #ratio = 1
  readonly #byKey: boolean
  readonly #random: Random

  constructor(owner: string, options: ModeOptions) {
    checkKnown(owner, options, known)
    const { mode, enforceRatio, enforceBy = 'key', random = systemRandom } = options
    this.#owner = owner
    this.#byKey = checkOneOf(owner, 'enforceBy', enforceBy, ['key', 'chance']) === 'key'
    this.#random = checkFunction(owner, 'random', random)
    this.prepare({ mode: mode ?? 'enforce', enforceRatio: enforceRatio ?? 1 })()
  }

  get mode(): Mode {
    return this.#mode
  }

  get ratio(): number {
    return this.#ratio
  }

  /** Nobody is let in against the verdict. */
  get isFull(): boolean {
    return this.#mode === 'enforce' && this.#ratio === 1
  }

  enforces(ticket: Ticket): boolean {
    if (this.#mode !== 'enforce') return false
    if (this.#ratio === 1) return true
    if (!this.#byKey || ticket.key === '') return this.#random() < this.#ratio
    hash.hash(ticket.key)
    return (hash.hi >>> 0) / sizeOfHash < this.#ratio
  }

  /** Whether some callers are told what the policy says. */
  get isEnforcing(): boolean {
    return this.#mode === 'enforce' && this.#ratio > 0
  }

  /** Checks a change, and returns what makes it. Throws a TypeError or a RangeError that names the option. */
  prepare(change: ModeUpdate): () => void {
    const owner = this.#owner
    checkKnown(owner, change, ['mode', 'enforceRatio'])
    const mode = checkOneOf(owner, 'mode', change.mode ?? this.#mode, ['enforce', 'shadow', 'off'])
    const ratio = checkNumber(owner, 'enforceRatio', change.enforceRatio ?? this.#ratio, { min: 0, max: 1 })
    return () => {
      this.#mode = mode
      this.#ratio = ratio
    }
  }
}

/** Counts of {@link ModeSnapshot}. */
export class ModeCounts {
  #admitted = 0
  #notAsked = 0
  readonly #refused: Record<Reason, number> = noneRefused()
  readonly #wouldRefuse: Record<Reason, number> = noneRefused()

  /** A verdict that is done, and is returned. */
  enforced(verdict: Verdict): Verdict {
    if (verdict === undefined) this.#admitted++
    else this.#refused[verdict.reason]++
    return verdict
  }

  /** Let in without asking. */
  notAsked(): undefined {
    this.#admitted++
    this.#notAsked++
  }

  /** Let in against the verdict, or before it is known: `no` is counted by itself. */
  overruled(): undefined {
    this.#admitted++
  }

  /** What the verdict was, or turned out to be, of somebody who was let in. */
  wouldRefuse(no: Rejection): void {
    this.#wouldRefuse[no.reason]++
  }

  /** A copy, safe to keep. */
  snapshot({ mode, ratio }: Enforcement): ModeSnapshot {
    return {
      mode,
      enforceRatio: ratio,
      admitted: this.#admitted,
      notAsked: this.#notAsked,
      refused: { ...this.#refused },
      wouldRefuse: { ...this.#wouldRefuse },
    }
  }
}
