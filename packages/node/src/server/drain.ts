/** Ends a server without losing what it has let in. */
import { checkKnown, checkNumber, type Clock, type Millis } from '@spillway/core'
import type { ProtectableServer } from './action.ts'
import type { Connections } from './connections.ts'
import { endConnectionAfter, goAway } from './end-connection.ts'

/** How long a drain takes. */
export interface DrainOptions {
  /**
   * How long everything is still served after readiness has gone, until balancers have noticed; 0 to `drainTimeoutMs`, default 5000. Answers
   * already ask their clients to come back on another connection.
   */
  readonly preStopDelayMs?: Millis
  /** How long all of it may take, `preStopDelayMs` included; 0..86400000, default 25000: a little less than orchestrators commonly grant. */
  readonly drainTimeoutMs?: Millis
}

/** How a drain went. */
export interface DrainReport {
  /** `completed`: all that was let in was answered. `timeout`: some was cut off. */
  readonly outcome: 'completed' | 'timeout'
  readonly durationMs: Millis
  /** Requests that the control still counted at the end. */
  readonly unfinished: number
  /** Connections that were ended in the middle of something. */
  readonly cut: number
}

/** What is drained. */
export interface DrainParts {
  readonly server: ProtectableServer
  readonly connections: Connections
  readonly clock: Clock
  /** Requests in the control, running or waiting. */
  inside(): number
  /** From now on new work is refused. */
  refuse(): void
}

/** Where a server stands: `leaving` still serves, and is not ready any more; `refusing` finishes what it has. */
export type DrainPhase = 'serving' | 'leaving' | 'refusing' | 'drained'

/** How often it is looked whether everything is done. */
const lookEveryMs: Millis = 10

/** Checks and completes them. Throws a TypeError or RangeError that names the option. */
export function checkDrain(options: DrainOptions): Required<DrainOptions> {
  checkKnown('drain', options, ['preStopDelayMs', 'drainTimeoutMs'])
  const { drainTimeoutMs = 25_000 } = options
  const day = { min: 0, max: 86_400_000 }
  checkNumber('drain', 'drainTimeoutMs', drainTimeoutMs, day)
  const { preStopDelayMs = Math.min(5000, drainTimeoutMs) } = options
  checkNumber('drain', 'preStopDelayMs', preStopDelayMs, { min: 0, max: drainTimeoutMs })
  return { preStopDelayMs, drainTimeoutMs }
}

/** Drains, telling each phase as it begins. Never rejects, and takes no longer than it may. */
export async function drain(
  parts: DrainParts,
  { preStopDelayMs, drainTimeoutMs }: Required<DrainOptions>,
  enter: (phase: DrainPhase) => void,
): Promise<DrainReport> {
  const { server, connections, clock } = parts
  const from = clock.now()
  enter('leaving')
  for (const answer of connections.owed()) endConnectionAfter(answer)
  for (const session of connections.sessions) goAway(session)
  await wait(clock, preStopDelayMs)
  enter('refusing')
  parts.refuse()
  closeIdle(parts)
  while (parts.inside() > 0 || connections.busy() > 0) {
    const leftMs = from + drainTimeoutMs - clock.now()
    if (leftMs <= 0) break
    await wait(clock, Math.min(lookEveryMs, leftMs))
    closeIdle(parts)
  }
  const unfinished = parts.inside()
  const cut = connections.busy()
  await closeServer(server, connections)
  enter('drained')
  const outcome = unfinished + cut === 0 ? 'completed' : 'timeout'
  return { outcome, durationMs: clock.now() - from, unfinished, cut }
}

/** Ends what does nothing, and lets sessions end when their streams have. */
function closeIdle({ server, connections }: DrainParts): void {
  if ('closeIdleConnections' in server) server.closeIdleConnections()
  for (const session of connections.sessions) session.close()
}

async function closeServer(server: ProtectableServer, connections: Connections): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // It calls back with an error if it does not listen, which is what is wanted.
    server.close(() => resolve())
  })
  if ('closeAllConnections' in server) server.closeAllConnections()
  connections.destroy()
  await closed
}

function wait(clock: Clock, ms: Millis): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
