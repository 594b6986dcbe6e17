/** Drains when the process is told to end. */
import { checkKnown, systemClock, type Clock } from '@spillway/core'
import type { ProtectableServer } from './action.ts'
import { checkDrain, type DrainOptions, type DrainReport } from './drain.ts'
import { protectionOf, protectServer, type ServerProtection } from './protect-server.ts'

/** What is needed of `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  exit(code: number): unknown
}

/** Options of {@link drainOnSignal}. */
export interface DrainOnSignalOptions extends DrainOptions {
  /** Default `['SIGTERM']`, which orchestrators send. */
  readonly signals?: readonly NodeJS.Signals[]
  /** Ends the process when all is done: with 0, or with 1 when something was cut off. Default true. */
  readonly exit?: boolean
  /** Told how it went, before the process ends: to close pools and give back leases. Waited for as long as `drainTimeoutMs` leaves. */
  readonly onDrained?: (report: DrainReport) => unknown
  /** Default `process`. */
  readonly process?: SignalSource
  /** Default: the real one. */
  readonly clock?: Clock
}

const names = ['signals', 'exit', 'onDrained', 'process', 'clock', 'preStopDelayMs', 'drainTimeoutMs']

/**
 * Drains `server` at the first signal, and ends the process at once, with 1, at the second. Never takes longer than `drainTimeoutMs`, so
 * give the orchestrator a little more (Kubernetes: `terminationGracePeriodSeconds`, 30 by default). A server that is not protected yet is
 * protected without any limit, so that it can be drained. The returned function stops listening. Throws as {@link protectServer} does.
 *
 * `drainOnSignal(server, { preStopDelayMs: 5000, drainTimeoutMs: 25_000 })`
 */
export function drainOnSignal(server: ProtectableServer, options: DrainOnSignalOptions = {}): () => void {
  checkKnown('drainOnSignal', options, names)
  const { signals = ['SIGTERM'], preStopDelayMs, drainTimeoutMs, process: host = process } = options
  const times = checkDrain({
    ...(preStopDelayMs !== undefined && { preStopDelayMs }),
    ...(drainTimeoutMs !== undefined && { drainTimeoutMs }),
  })
  const protection = protectionOf(server) ?? protectServer(server, unlimited)
  let isDraining = false
  const onSignal = (): void => {
    if (isDraining) return void host.exit(1)
    isDraining = true
    void finish(protection, times, options)
  }
  for (const signal of signals) host.on(signal, onSignal)
  return () => {
    for (const signal of signals) host.off(signal, onSignal)
  }
}

/** Protection that refuses nobody until it drains. */
const unlimited = {
  enforceRatio: 0,
  actions: { keepAlive: false, timeouts: false, checkContinue: false, concurrentStreams: false },
} as const

async function finish(
  protection: ServerProtection,
  times: Required<DrainOptions>,
  { exit = true, onDrained, process: host = process, clock = systemClock }: DrainOnSignalOptions,
): Promise<void> {
  const report = await protection.drain(times)
  await within(clock, Math.max(0, times.drainTimeoutMs - report.durationMs), async () => onDrained?.(report))
  if (exit) host.exit(report.outcome === 'completed' ? 0 : 1)
}

/** Waits for `work`, but no longer than that; what it throws is nobody's business any more. */
async function within(clock: Clock, ms: number, work: () => Promise<unknown>): Promise<void> {
  let cancel = (): void => {}
  const late = new Promise<void>((resolve) => (cancel = clock.after(ms, resolve)))
  await Promise.race([work().catch(() => {}), late])
  cancel()
}
