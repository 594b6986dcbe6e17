/** What a circuit breaker is told, and the checks of it. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** When a circuit opens, for how long, and what closes it. */
export interface CircuitUpdate {
  /** Opens after so many failures with no success between; an integer 1..1e6. Default: not judged by. */
  readonly consecutiveFailures?: number
  /** Opens when at least this share of the window's calls failed; 0.01..1. Default 0.5 if nothing else opens it, else not judged by. */
  readonly failureRatio?: number
  /** Opens when at least this share of the window's calls was slow; 0.01..1; needs `slowCallMs`. Default: not judged by. */
  readonly slowCallRatio?: number
  /** A call that takes this long is slow, whatever came of it; 1..86400000. */
  readonly slowCallMs?: Millis
  /** Shares say nothing before the window has so many calls; an integer 1..1e6, at most `windowCalls`; default 20, or `windowCalls` if less. */
  readonly minimumCalls?: number
  /** How long it stays open; 1..86400000, default 5000. */
  readonly openMs?: Millis
  /** Each opening that follows a failed probe lasts so many times longer; 1..10, default 1. */
  readonly openFactor?: number
  /** Never open for longer; `openMs`..86400000, default 60000, or `openMs` if that is more. */
  readonly maxOpenMs?: Millis
  /** Probes at once while half open; an integer 1..1000, default 1. */
  readonly probes?: number
  /** So many probes must succeed, and none fail, to close it; an integer 1..1000, default 1. */
  readonly successesToClose?: number
  /** Half open, with every probe out for this long and none ended, it opens again; 1..86400000, default 30000. */
  readonly probeTimeoutMs?: Millis
}

/** Options of a {@link CircuitBreaker}. */
export interface CircuitOptions extends CircuitUpdate {
  /** Named in rejections; default `circuit`. */
  readonly name?: string
  /** The window is the calls of the last so long; 1000..3600000, default 10000. They go at most a tenth of it later. */
  readonly windowMs?: Millis
  /** The window is the last so many calls instead; an integer 1..100000. Not together with `windowMs`. */
  readonly windowCalls?: number
}

/** The options that decide, complete; `Infinity` where nothing is judged by. */
export interface CircuitRule {
  readonly consecutiveFailures: number
  readonly failureRatio: number
  readonly slowCallRatio: number
  readonly slowCallMs: Millis
  readonly minimumCalls: number
  readonly openMs: Millis
  readonly openFactor: number
  readonly maxOpenMs: Millis
  readonly probes: number
  readonly successesToClose: number
  readonly probeTimeoutMs: Millis
}

const owner = 'CircuitBreaker'
const dayMs = 86_400_000
const many = { min: 1, max: 1000, integer: true }

const changeable: readonly (keyof CircuitUpdate)[] = [
  'consecutiveFailures',
  'failureRatio',
  'slowCallRatio',
  'slowCallMs',
  'minimumCalls',
  'openMs',
  'openFactor',
  'maxOpenMs',
  'probes',
  'successesToClose',
  'probeTimeoutMs',
]

/** Checks options of a new breaker and fills in what is not given. Throws a TypeError or a RangeError that names the option. */
export function checkCircuit(options: CircuitOptions): CircuitRule {
  checkKnown(owner, options, ['name', 'windowMs', 'windowCalls', ...changeable])
  const { windowMs, windowCalls, consecutiveFailures, slowCallRatio, openMs } = options
  if (windowMs !== undefined && windowCalls !== undefined)
    throw new TypeError(`${owner}: options "windowMs" and "windowCalls" exclude each other`)
  if (windowMs !== undefined) checkNumber(owner, 'windowMs', windowMs, { min: 1000, max: 3_600_000 })
  if (windowCalls !== undefined) checkNumber(owner, 'windowCalls', windowCalls, { min: 1, max: 100_000, integer: true })
  return fill(options, windowCalls, {
    consecutiveFailures: Infinity,
    failureRatio: consecutiveFailures === undefined && slowCallRatio === undefined ? 0.5 : Infinity,
    slowCallRatio: Infinity,
    slowCallMs: Infinity,
    minimumCalls: Math.min(20, windowCalls ?? 20),
    openMs: 5000,
    openFactor: 1,
    maxOpenMs: Math.max(60_000, typeof openMs === 'number' ? openMs : 0),
    probes: 1,
    successesToClose: 1,
    probeTimeoutMs: 30_000,
  })
}

/** The same for a change of a breaker that runs. */
export function changeCircuit(change: CircuitUpdate, rule: CircuitRule, windowCalls: number | undefined): CircuitRule {
  checkKnown(owner, change, changeable)
  return fill(change, windowCalls, rule)
}

function fill(given: CircuitUpdate, windowCalls: number | undefined, otherwise: CircuitRule): CircuitRule {
  checkGiven('consecutiveFailures', given.consecutiveFailures, { min: 1, max: 1e6, integer: true })
  checkGiven('failureRatio', given.failureRatio, { min: 0.01, max: 1 })
  checkGiven('slowCallRatio', given.slowCallRatio, { min: 0.01, max: 1 })
  checkGiven('slowCallMs', given.slowCallMs, { min: 1, max: dayMs })
  const rule: Record<keyof CircuitRule, number> = { ...otherwise }
  for (const option of changeable) rule[option] = given[option] ?? otherwise[option]
  checkNumber(owner, 'minimumCalls', rule.minimumCalls, { min: 1, max: windowCalls ?? 1e6, integer: true })
  checkNumber(owner, 'openMs', rule.openMs, { min: 1, max: dayMs })
  checkNumber(owner, 'openFactor', rule.openFactor, { min: 1, max: 10 })
  checkNumber(owner, 'maxOpenMs', rule.maxOpenMs, { min: rule.openMs, max: dayMs })
  checkNumber(owner, 'probes', rule.probes, many)
  checkNumber(owner, 'successesToClose', rule.successesToClose, many)
  checkNumber(owner, 'probeTimeoutMs', rule.probeTimeoutMs, { min: 1, max: dayMs })
  if (rule.slowCallRatio < Infinity !== rule.slowCallMs < Infinity)
    throw new TypeError(`${owner}: options "slowCallRatio" and "slowCallMs" need each other`)
  return rule
}

function checkGiven(option: string, value: number | undefined, bounds: Parameters<typeof checkNumber>[3]): void {
  if (value !== undefined) checkNumber(owner, option, value, bounds)
}
