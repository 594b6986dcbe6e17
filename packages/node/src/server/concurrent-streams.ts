/** Lets HTTP/2 clients hold back what would be refused: as many streams per session as the control lets run. */
import type { ServerResponse } from 'node:http'
import type { Http2Session } from 'node:http2'
import { checkKnown, checkNumber, type Millis } from '@spillway/core'
import type { ActionContext, ProtectableServer, ServerAction } from './action.ts'
import { sessionOf } from './end-connection.ts'

/** Options of the action `concurrentStreams`. */
export interface ConcurrentStreamsOptions {
  /** Streams per place of the limit: those beyond it are on their way, or wait here; 1..100, default 2. */
  readonly headroom?: number
  /** Never fewer streams per session; integer, 1..1000000, default 4. */
  readonly minStreams?: number
  /** How long after the last refusal sessions get back what they had; 0..3600000 ms, default 10000. */
  readonly holdMs?: Millis
}

/** Checks and completes them. Throws a TypeError or RangeError that names the option. */
export function checkConcurrentStreams(
  owner: string,
  options: ConcurrentStreamsOptions,
): Required<ConcurrentStreamsOptions> {
  const prefix = 'actions.concurrentStreams.'
  checkKnown(`${owner}: actions.concurrentStreams`, options, ['headroom', 'minStreams', 'holdMs'])
  const { headroom = 2, minStreams = 4, holdMs = 10_000 } = options
  return {
    headroom: checkNumber(owner, `${prefix}headroom`, headroom, { min: 1, max: 100 }),
    minStreams: checkNumber(owner, `${prefix}minStreams`, minStreams, { min: 1, max: 1_000_000, integer: true }),
    holdMs: checkNumber(owner, `${prefix}holdMs`, holdMs, { min: 0, max: 3_600_000 }),
  }
}

/** Settings are sent at most this often, and only for a change that matters: each costs a round trip and a frame. */
const periodMs: Millis = 1000
const leastChange = 0.2

/** The most streams that a session may be told: all that the protocol can count. */
const unlimited = 2 ** 32 - 1

/** Streams for each of `sessions` busy ones; never more than the session had of its own. */
export function streamsPerSession(
  limit: number,
  sessions: number,
  { headroom, minStreams }: Pick<Required<ConcurrentStreamsOptions>, 'headroom' | 'minStreams'>,
): number {
  return Math.min(unlimited, Math.max(minStreams, Math.ceil((limit * headroom) / Math.max(1, sessions))))
}

/** Whether a session that was told `sent` is to be told `wanted`. */
export function isWorthTelling(wanted: number, sent: number): boolean {
  return Math.abs(wanted - sent) >= leastChange * sent
}

interface Told {
  /** What the session had of its own. */
  readonly base: number
  sent: number
}

/**
 * While requests are refused `SETTINGS_MAX_CONCURRENT_STREAMS` follows the limit of the control, shared between the sessions that had
 * requests within the last second. What is beyond it then waits at the client, who knows best what it still wants. In calm times sessions
 * have what they had: the limit is about what runs here, and a client far away needs more streams than that to keep it busy.
 */
export class ConcurrentStreams implements ServerAction {
  readonly scale = undefined
  readonly #options: Required<ConcurrentStreamsOptions>
  #context: ActionContext | undefined
  readonly #told = new WeakMap<Http2Session, Told>()
  readonly #seen = new Set<Http2Session>()
  #refusedAt: Millis = -Infinity
  #lookedAt: Millis = -Infinity

  constructor(options: Required<ConcurrentStreamsOptions>) {
    this.#options = options
  }

  start(context: ActionContext): void {
    this.#context = context
  }

  /** Only servers of HTTP/2 have settings. */
  fits(server: ProtectableServer): boolean {
    return 'updateSettings' in server
  }

  request(_req: unknown, res: ServerResponse): void {
    const session = sessionOf(res)
    if (session !== undefined) this.#seen.add(session)
  }

  apply(_level: number, now: Millis): void {
    const { limit, overloaded } = (this.#context as ActionContext).load()
    if (overloaded) this.#refusedAt = now
    if (now - this.#lookedAt < periodMs) return
    this.#lookedAt = now
    const isHeld = now - this.#refusedAt <= this.#options.holdMs
    this.#tellAll(isHeld ? streamsPerSession(limit, this.#seen.size, this.#options) : unlimited)
    this.#seen.clear()
  }

  restore(): void {
    this.#tellAll(unlimited)
    this.#seen.clear()
  }

  #tellAll(wanted: number): void {
    for (const session of this.#context?.connections.sessions ?? []) this.#tell(session, wanted)
  }

  #tell(session: Http2Session, wanted: number): void {
    // why: before its first settings are acknowledged nobody knows what it has; and nobody should have two on their way.
    if (session.destroyed || session.closed || session.pendingSettingsAck) return
    let told = this.#told.get(session)
    if (told === undefined) {
      if (wanted === unlimited) return
      const base = session.localSettings.maxConcurrentStreams ?? unlimited
      this.#told.set(session, (told = { base, sent: base }))
    }
    const streams = Math.min(wanted, told.base)
    if (streams === told.sent || (streams !== told.base && !isWorthTelling(streams, told.sent))) return
    told.sent = streams
    session.settings({ maxConcurrentStreams: streams })
  }
}
