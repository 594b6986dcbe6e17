/** A circuit breaker: stops calling what fails, and tries it again with care. */
import type { Idling } from '../compose/idle.ts'
import type { Limiter } from '../limiter.ts'
import { until as waitUntil } from '../rate/ticks.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { CountWindow, TimeWindow, type CallWindow } from './call-window.ts'
import { changeCircuit, checkCircuit } from './circuit-options.ts'
import type { CircuitOptions, CircuitRule, CircuitUpdate } from './circuit-options.ts'

/** Calls pass, and are judged. `since`: ends of calls that started before say nothing any more. */
export interface ClosedCircuit {
  readonly kind: 'closed'
  readonly since: Millis
}

/** Nothing passes before `until`. The first ticket from then on is a probe: only then does the state change. */
export interface OpenCircuit {
  readonly kind: 'open'
  readonly openedAt: Millis
  readonly until: Millis
  /** How often it has opened since it was last closed, this time included. */
  readonly openings: number
}

/** Probes pass: a few calls that show whether the target is well again. */
export interface HalfOpenCircuit {
  readonly kind: 'half-open'
  readonly since: Millis
  readonly openings: number
  /** Probes in flight. */
  readonly probing: number
  /** Probes that succeeded. */
  readonly succeeded: number
  /** When the last probe started. */
  readonly lastProbeAt: Millis
}

/** Somebody holds it open by hand: nothing passes until somebody closes it. */
export interface IsolatedCircuit {
  readonly kind: 'isolated'
  readonly since: Millis
}

/** The state of a {@link CircuitBreaker}. */
export type CircuitState = ClosedCircuit | OpenCircuit | HalfOpenCircuit | IsolatedCircuit

/** A circuit breaker, to look at. */
export interface CircuitSnapshot {
  readonly name: string
  readonly state: CircuitState
  /** Calls in the window, how many of them failed, and how many were slow; 0 unless closed. */
  readonly calls: number
  readonly failures: number
  readonly slow: number
  /** Failures since the last success. */
  readonly consecutive: number
}

interface Probing extends HalfOpenCircuit {
  probing: number
  succeeded: number
  lastProbeAt: Millis
}

type State = ClosedCircuit | OpenCircuit | Probing | IsolatedCircuit

/** What is promised where nobody knows when a probe ends. */
const probeRetryAfterMs = 1000

/**
 * Lets all calls pass until too many fail or are slow, then none for `openMs`, then a few probes: if `successesToClose` of them succeed it
 * closes, and if one fails, or is slow where that is judged by, it opens again. `dropped` is a failure; `ignored` and `revoked` say nothing,
 * and free the place of a probe. Ends of calls that started before the state last changed are not heard.
 *
 * All or nothing: for a target that still does part of the work {@link AdaptiveThrottle} loses less. One breaker per target: `keyed(() => new
 * CircuitBreaker())`. Refusals promise exactly when the next probe may pass.
 *
 * Source: Nygard, Release It! (2007); the names and thresholds are those of Hystrix, resilience4j and Polly.
 */
export class CircuitBreaker implements Limiter, Idling {
  readonly name: string
  readonly #window: CallWindow
  readonly #windowCalls: number | undefined
  readonly #probesOut: Rejection
  #isolated: Rejection
  #rule: CircuitRule
  #state: State = { kind: 'closed', since: -Infinity }
  #consecutive = 0

  constructor(options: CircuitOptions = {}) {
    this.#rule = checkCircuit(options)
    const { name = 'circuit', windowMs = 10_000, windowCalls } = options
    this.name = name
    this.#windowCalls = windowCalls
    this.#window = windowCalls === undefined ? new TimeWindow(windowMs) : new CountWindow(windowCalls)
    this.#probesOut = this.#refusal(probeRetryAfterMs)
    this.#isolated = this.#refusal(this.#rule.openMs)
  }

  get state(): CircuitState {
    return this.#state
  }

  admit(_ticket: Ticket, now: Millis): Verdict {
    const state = this.#state
    if (state.kind === 'closed') return undefined
    if (state.kind === 'half-open') return this.#probe(state, now)
    if (state.kind === 'isolated') return this.#isolated
    const { until, openings } = state
    if (!(now >= until && now < Infinity)) return this.#refusal(waitUntil(until, now))
    this.#state = { kind: 'half-open', since: now, openings, probing: 1, succeeded: 0, lastProbeAt: now }
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const state = this.#state
    if ((state.kind !== 'closed' && state.kind !== 'half-open') || ticket.startedAt < state.since) return
    const failed = outcome === 'dropped'
    const slow = now - ticket.startedAt >= this.#rule.slowCallMs
    if (state.kind === 'half-open') this.#probed(state, now, outcome, failed || slow)
    else if (failed || outcome === 'success') this.#called(now, failed, slow)
  }

  /** Lets nothing pass until `close`, whatever happens: for a target that somebody works on. */
  isolate(now: Millis): void {
    this.#move({ kind: 'isolated', since: knownTime(now) })
  }

  /** Closes it by hand, with nothing remembered. */
  close(now: Millis): void {
    this.#move({ kind: 'closed', since: knownTime(now) })
  }

  isIdle(now: Millis): boolean {
    const window = this.#window
    window.advance(now)
    // Only good calls are remembered: without them a new one opens after fewer than `minimumCalls` more.
    return this.#state.kind === 'closed' && this.#consecutive === 0 && window.failures === 0 && window.slow === 0
  }

  /**
   * Changes what is named, for what comes: an open circuit stays open as long as it was told. Throws as the constructor does, and then
   * changes nothing.
   */
  update(change: CircuitUpdate): void {
    this.#rule = changeCircuit(change, this.#rule, this.#windowCalls)
    this.#isolated = this.#refusal(this.#rule.openMs)
  }

  snapshot(now: Millis): CircuitSnapshot {
    this.#window.advance(now)
    const { calls, failures, slow } = this.#window
    return { name: this.name, state: { ...this.#state }, calls, failures, slow, consecutive: this.#consecutive }
  }

  #probe(state: Probing, now: Millis): Verdict {
    const { probes, successesToClose, probeTimeoutMs } = this.#rule
    // No more than are needed: who is not let through waits less than who is sent to a target that fails.
    if (state.probing < probes && state.probing + state.succeeded < successesToClose) {
      state.probing++
      state.lastProbeAt = now
      return undefined
    }
    if (!(now - state.lastProbeAt >= probeTimeoutMs)) return this.#probesOut
    return this.#refusal(waitUntil(this.#open(now, state.openings + 1), now))
  }

  #probed(state: Probing, now: Millis, outcome: Outcome, bad: boolean): void {
    // An end too many is a fault of the caller; here it must not make room, or close what is broken.
    if (state.probing === 0) return
    state.probing--
    if (outcome === 'ignored' || outcome === 'revoked') return
    if (bad) this.#open(now, state.openings + 1)
    else if (++state.succeeded >= this.#rule.successesToClose) this.close(now)
  }

  /** Only what is bad can open it, so that a good call never does because older good ones have just been forgotten. */
  #called(now: Millis, failed: boolean, slow: boolean): void {
    const { consecutiveFailures, failureRatio, slowCallRatio, minimumCalls } = this.#rule
    const window = this.#window
    this.#consecutive = failed ? this.#consecutive + 1 : 0
    window.advance(now)
    window.add(failed, slow)
    const { calls } = window
    const tooMany = failed && this.#consecutive >= consecutiveFailures
    const judged = calls >= minimumCalls
    const failing = judged && failed && window.failures / calls >= failureRatio
    if (tooMany || failing || (judged && slow && window.slow / calls >= slowCallRatio)) this.#open(now, 1)
  }

  /** Returns until when. */
  #open(now: Millis, openings: number): Millis {
    const { openMs, openFactor, maxOpenMs } = this.#rule
    const openedAt = knownTime(now)
    const until = openedAt + Math.min(maxOpenMs, openMs * openFactor ** (openings - 1))
    this.#move({ kind: 'open', openedAt, until, openings })
    return until
  }

  #move(state: State): void {
    this.#state = state
    this.#consecutive = 0
    this.#window.clear()
  }

  #refusal(retryAfterMs: Millis): Rejection {
    return Object.freeze({ reason: 'circuit-open', limiter: this.name, retryAfterMs })
  }
}

/** A time that is no number counts as long ago: nothing may hang on it for ever. */
function knownTime(now: Millis): Millis {
  return Number.isFinite(now) ? now : -Infinity
}
