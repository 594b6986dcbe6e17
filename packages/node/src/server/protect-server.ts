/** Overload control in front of everything that a server does, and actions on its connections that no middleware can take. */
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkNumber, checkOneOf, maxSignal, smoothedSignal } from '@spillway/core'
import type { Environment, Millis, OverloadControl, OverloadSnapshot, OverloadUpdate, Signal } from '@spillway/core'
import { createOverloadPolicy } from '@spillway/http'
import type { OverloadControlOptions, OverloadPolicy } from '@spillway/http'
import { createNodeGuard, nodeReader, observeServer, type NodeGuard } from '@spillway/http/node'
import { nodeEnvironment } from '../environment.ts'
import { createLoadReporter, type LoadReporter, type LoadReportOptions } from '../load-report/reporter.ts'
import { Sampler } from '../sampler.ts'
import type { ProtectableServer } from './action.ts'
import { Actions, type ScaledAction, type ServerActionOptions, type ServerActionUpdate } from './actions.ts'
import { Connections } from './connections.ts'
import { checkDrain, drain, type DrainOptions, type DrainPhase, type DrainReport } from './drain.ts'
import { endConnectionAfter } from './end-connection.ts'
import { createHealth, writeHealth, type Health, type HealthOptions } from './health.ts'
import { refusingWith } from './refusal.ts'
import { hookRequests, type RequestEvent } from './request-hook.ts'

/** Options of {@link protectServer}: all of `overloadControl`, and what only a server can do. None has to be set. */
export interface ProtectServerOptions extends OverloadControlOptions<IncomingMessage> {
  readonly actions?: ServerActionOptions
  /** Paths that are answered in front of everything; default: none. */
  readonly health?: HealthOptions
  /** Load reports on answers, for balancers that weigh by them (ORCA); default: none. */
  readonly loadReports?: LoadReportOptions
  /** `response` (default) answers refused HTTP/2 requests like others; `reset` refuses the stream, and clients may try again at once. */
  readonly http2Refusals?: 'response' | 'reset'
  /** How often pressure is looked at; 10..60000, default 250. */
  readonly sampleMs?: Millis
  /** Time constant with which pressure is forgotten once it falls, so that actions do not flap; 0..3600000, default 2000. */
  readonly fallMs?: Millis
}

/** A protected server at one instant; a copy, safe to keep. */
export interface ServerSnapshot extends OverloadSnapshot {
  /** What the application says of itself: see {@link HealthOptions.started}. */
  readonly started: boolean
  readonly phase: DrainPhase
  /** The pressure that actions go by: the highest of the signals, which rises at once and falls slowly. */
  readonly actionPressure: number
  /** Where each action stands, from 0 to 1. */
  readonly actions: Readonly<Record<ScaledAction, number>>
}

/** What may change while the server runs. */
export interface ServerUpdate extends OverloadUpdate {
  readonly actions?: ServerActionUpdate
}

/** A protected server, to look at, to change, and to end. It is a source for `readiness()`. */
export interface ServerProtection {
  readonly policy: OverloadPolicy<IncomingMessage, OverloadControl>
  snapshot(): ServerSnapshot
  /** All of it or, if it throws a TypeError or RangeError, none. */
  update(change: ServerUpdate): void
  /** Ends the server in order. The first call decides how; all get the same promise, which never rejects. */
  drain(options?: DrainOptions): Promise<DrainReport>
  /** Takes the protection off and puts back everything it changed. What waits is still served in its turn. Idempotent. */
  close(): void
}

const owner = 'protectServer'

const protections = new WeakMap<ProtectableServer, ServerProtection>()

/** The protection of a server, if it has one. */
export function protectionOf(server: ProtectableServer): ServerProtection | undefined {
  return protections.get(server)
}

class Protection implements ServerProtection {
  readonly policy: OverloadPolicy<IncomingMessage, OverloadControl>
  readonly #server: ProtectableServer
  readonly #environment: Environment
  readonly #guard: NodeGuard<IncomingMessage>
  readonly #actions: Actions
  readonly #connections: Connections
  readonly #health: Health
  readonly #reporter: LoadReporter | undefined
  readonly #signal: Signal
  readonly #undo: (() => void)[]
  #pressure = 0
  #load: OverloadSnapshot
  #phase: DrainPhase = 'serving'
  #drained: Promise<DrainReport> | undefined

  constructor(server: ProtectableServer, options: ProtectServerOptions, environment: Environment) {
    const {
      actions = {},
      health = {},
      loadReports,
      http2Refusals = 'response',
      sampleMs = 250,
      fallMs,
      ...rest
    } = options
    checkNumber(owner, 'sampleMs', sampleMs, { min: 10, max: 60_000 })
    checkNumber(owner, 'fallMs', fallMs ?? 2000, { min: 0, max: 3_600_000 })
    const resetsStreams = checkOneOf(owner, 'http2Refusals', http2Refusals, ['response', 'reset']) === 'reset'
    this.#server = server
    this.#environment = environment
    this.policy = createOverloadPolicy(nodeReader, environment, rest)
    if (this.policy.mode === 'error') throw new TypeError(`${owner}: option "mode" must be "respond", got "error"`)
    this.#actions = new Actions(actions)
    this.#guard = createNodeGuard(this.policy, refusingWith({ linger: this.#actions.linger, resetsStreams }))
    this.#health = createHealth(this, health, environment)
    this.#signal = smoothedSignal(maxSignal(...(rest.signals ?? environment.signals)), { fallMs: fallMs ?? 2000 })
    this.#load = this.policy.control.snapshot()
    this.#reporter = createLoadReporter(loadReports, environment.clock)
    // From here on nothing throws: a server is protected, or left as it was.
    this.#connections = new Connections(server)
    this.#undo = this.#attach(sampleMs)
  }

  snapshot(): ServerSnapshot {
    const load = this.policy.control.snapshot()
    return {
      ...load,
      draining: load.draining || this.#phase !== 'serving',
      started: this.#health.started(),
      phase: this.#phase,
      actionPressure: this.#pressure,
      actions: this.#actions.levels(),
    }
  }

  update({ actions = {}, ...change }: ServerUpdate): void {
    const setScales = this.#actions.prepare(actions)
    this.policy.control.update(change)
    setScales()
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    const checked = checkDrain(options)
    const { control } = this.policy
    const parts = {
      server: this.#server,
      connections: this.#connections,
      clock: this.#environment.clock,
      inside: () => control.snapshot().inflight + control.snapshot().waiting,
      refuse: () => control.drain(),
    }
    this.#drained ??= drain(parts, checked, (phase) => (this.#phase = phase)).finally(() => this.close())
    return this.#drained
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo()
    if (protections.get(this.#server) === this) protections.delete(this.#server)
  }

  #attach(sampleMs: Millis): (() => void)[] {
    const { random, clock } = this.#environment
    this.#actions.start({ server: this.#server, connections: this.#connections, random, load: () => this.#load })
    observeServer(this.#server, this.policy)
    const unhook = hookRequests(this.#server, this.#onRequest)
    const stopSampling = whileOpen(this.#server, () => new Sampler(clock).every(sampleMs, (now) => this.#sample(now)))
    return [stopSampling, unhook, () => this.#actions.restore(), () => this.#connections.stop()]
  }

  readonly #onRequest = (event: RequestEvent, req: IncomingMessage, res: ServerResponse, proceed: () => void): void => {
    const health = this.#health.answer(req.url)
    if (this.#phase !== 'serving') endConnectionAfter(res)
    if (health !== undefined) return writeHealth(req, res, health)
    if (event === 'request') {
      this.#actions.request(req, res)
      this.#reporter?.request(req, res)
    }
    this.#guard(req, res, proceed)
  }

  #sample(now: Millis): void {
    this.#load = this.policy.control.snapshot()
    this.#pressure = this.#signal.pressure(now)
    this.#actions.apply(this.#pressure, now)
    this.#health.observe()
    this.#reporter?.sample(now, this.#load)
  }
}

/** Runs something from now until the server is closed, and again when it listens anew: a server that is forgotten must leave no timer. */
function whileOpen(server: EventEmitter, start: () => () => void): () => void {
  let stop: (() => void) | undefined = start()
  const onClose = (): void => {
    stop?.()
    stop = undefined
  }
  const onListening = (): void => void (stop ??= start())
  server.on('close', onClose)
  server.on('listening', onListening)
  return () => {
    onClose()
    server.off('close', onClose)
    server.off('listening', onListening)
  }
}

/**
 * Puts overload control in front of a server, whatever framework is behind it: a refusal costs none of what the framework costs, bodies
 * that wait for `100 Continue` are never sent, and while memory is short connections are ended and timeouts cut. Call it before the server
 * listens, so that every connection is known. To protect only a part of an app use its adapter's `overloadControl`; to protect a handler,
 * without anything that acts on connections, {@link protect}. Throws a TypeError or RangeError for bad options, and a TypeError for a
 * server that is protected already.
 *
 * `protectServer(createServer(app)).policy`
 */
export function protectServer(
  server: ProtectableServer,
  options: ProtectServerOptions = {},
  environment: Environment = nodeEnvironment(),
): ServerProtection {
  if (protections.has(server)) throw new TypeError(`${owner}: this server is protected already`)
  const protection = new Protection(server, options, environment)
  protections.set(server, protection)
  return protection
}
