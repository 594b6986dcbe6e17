/** All actions of a server: which there are, what they can be told, and how they are driven together. */
import { checkKnown, checkScale, levelOf, type Millis, type PressureScale } from '@spillway/core'
import { checkLinger, type Linger, type LingerOptions } from '@spillway/http/node'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ActionContext, ServerAction } from './action.ts'
import { checkConcurrentStreams, ConcurrentStreams, type ConcurrentStreamsOptions } from './concurrent-streams.ts'
import { checkSpare, ConnectionCap, type ConnectionCapOptions } from './connection-cap.ts'
import { ExpectContinue } from './expect-continue.ts'
import { KeepAliveShedding } from './keep-alive.ts'
import { checkShare, TimeoutScaling, type TimeoutScalingOptions } from './timeouts.ts'

/**
 * What a server does beside refusing; `false` switches an action off. `start` and `full` are on the scale of the highest signal, 0 to 1:
 * nothing is done up to the one, all of it from the other on.
 */
export interface ServerActionOptions {
  /** Ends a rising share of connections after their answer; default from 0.7 to 1. */
  readonly keepAlive?: PressureScale | false
  /** Cuts the server's timeouts; default from 0.85 to 1, to a tenth. */
  readonly timeouts?: TimeoutScalingOptions | false
  /**
   * Accepts no more connections than are open; `true` is from 0.95 to 1. Default false: a health check that needs a new connection is
   * turned away like everybody else once those that are spare are used up.
   */
  readonly connections?: ConnectionCapOptions | boolean
  /** Refuses `Expect: 100-continue` before the body is sent; default true. */
  readonly checkContinue?: boolean
  /** How the connection of a refused upload ends; default at most 128 KiB and 500 ms more. `false` ends it with the answer. */
  readonly lingeringClose?: LingerOptions | false
  /** Tells HTTP/2 clients how many streams to open while requests are refused; default on. */
  readonly concurrentStreams?: ConcurrentStreamsOptions | false
}

/** Actions that go by pressure, whose scales can change while the server runs. */
export type ScaledAction = 'keepAlive' | 'timeouts' | 'connections'

/** New scales; `false` switches an action off until it gets one again. */
export type ServerActionUpdate = { readonly [Name in ScaledAction]?: PressureScale | false }

const owner = 'protectServer'
const scaled: readonly ScaledAction[] = ['keepAlive', 'timeouts', 'connections']

const defaultScales: Readonly<Record<ScaledAction, PressureScale>> = {
  keepAlive: { start: 0.7, full: 1 },
  timeouts: { start: 0.85, full: 1 },
  connections: { start: 0.95, full: 1 },
}

/** Drives the actions of one server. */
export class Actions {
  /** How refused uploads end. */
  readonly linger: Linger | false
  readonly #actions: readonly ServerAction[]
  #listening: readonly ServerAction[] = []
  readonly #byName: Readonly<Record<ScaledAction, ServerAction>>
  readonly #scales: Record<ScaledAction, PressureScale | undefined>
  readonly #levels: Record<ScaledAction, number> = { keepAlive: 0, timeouts: 0, connections: 0 }

  /** Throws a TypeError or RangeError that names the option. */
  constructor(options: ServerActionOptions) {
    checkKnown(`${owner}: actions`, options, [...scaled, 'checkContinue', 'lingeringClose', 'concurrentStreams'])
    const { keepAlive, timeouts, connections = false, lingeringClose = {}, concurrentStreams = {} } = options
    this.linger = lingeringClose !== false && checkLinger(`${owner}: actions.lingeringClose`, lingeringClose)
    this.#byName = {
      keepAlive: new KeepAliveShedding(scaleOf('keepAlive', keepAlive)),
      timeouts: new TimeoutScaling(scaleOf('timeouts', timeouts), checkShare(owner, own(timeouts)?.shareAtFull)),
      connections: new ConnectionCap(
        scaleOf('connections', connections === true ? undefined : connections),
        checkSpare(owner, own(connections)?.spare),
      ),
    }
    const streams = concurrentStreams !== false && checkConcurrentStreams(owner, concurrentStreams)
    this.#actions = [
      ...Object.values(this.#byName),
      ...(isOn('checkContinue', options.checkContinue) ? [new ExpectContinue()] : []),
      ...(streams === false ? [] : [new ConcurrentStreams(streams)]),
    ]
    const { keepAlive: shedding, timeouts: scaling, connections: cap } = this.#byName
    this.#scales = { keepAlive: shedding.scale, timeouts: scaling.scale, connections: cap.scale }
  }

  start(context: ActionContext): void {
    for (const action of this.#actions) action.start?.(context)
    const { server } = context
    this.#listening = this.#actions.filter((action) => action.request !== undefined && action.fits?.(server) !== false)
  }

  apply(pressure: number, now: Millis): void {
    for (const name of scaled) {
      const scale = this.#scales[name]
      this.#levels[name] = scale === undefined ? 0 : levelOf(pressure, scale.start, scale.full)
      this.#byName[name].apply?.(this.#levels[name], now)
    }
    for (const action of this.#actions) if (!Object.values(this.#byName).includes(action)) action.apply?.(0, now)
  }

  request(req: IncomingMessage, res: ServerResponse): void {
    for (const action of this.#listening) action.request?.(req, res)
  }

  restore(): void {
    for (const action of this.#actions) action.restore?.()
  }

  /** Where each stands, from 0 to 1; a copy. */
  levels(): Readonly<Record<ScaledAction, number>> {
    return { ...this.#levels }
  }

  /** Checks new scales, and returns what sets them. Throws as the constructor does. */
  prepare(change: ServerActionUpdate): () => void {
    checkKnown(`${owner}.update: actions`, change, scaled)
    const entries = Object.entries(change) as [ScaledAction, PressureScale | false | undefined][]
    const checked = entries
      .filter(([, scale]) => scale !== undefined)
      .map(
        ([name, scale]) =>
          [
            name,
            scale === false ? undefined : checkScale(owner, `actions.${name}.`, scale as PressureScale, 1),
          ] as const,
      )
    return () => {
      for (const [name, scale] of checked) this.#scales[name] = scale
    }
  }
}

/** The scale of an action: as given, the default, or none for one that is off. */
function scaleOf(name: ScaledAction, given: PressureScale | false | undefined): PressureScale | undefined {
  if (given === false) return undefined
  if (given === undefined) return defaultScales[name]
  const { start, full } = own(given) ?? given
  const known = { timeouts: ['shareAtFull'], connections: ['spare'], keepAlive: [] }[name]
  if (typeof given === 'object') checkKnown(`${owner}: actions.${name}`, given, ['start', 'full', ...known])
  return checkScale(owner, `actions.${name}.`, typeof given === 'object' ? { start, full } : given, 1)
}

/** Options that are an object. */
function own<T extends object>(given: T | boolean | undefined): T | undefined {
  return typeof given === 'object' ? given : undefined
}

function isOn(name: string, given: unknown): boolean {
  if (given === undefined || typeof given === 'boolean') return given ?? true
  throw new TypeError(`${owner}: option "actions.${name}" must be true or false, got ${typeof given}`)
}
