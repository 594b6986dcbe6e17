/** How much a request takes, how much it matters, and how long it is worth anything. */
import { checkFunction, checkNumber, checkOneOf, priorities } from '@spillway/core'
import type { Millis, PriorityName } from '@spillway/core'
import type { Callbacks } from '../callbacks.ts'
import type { Reader } from '../reader.ts'
import { checkHeaderName } from './key.ts'

/** A class by name, or by number from 0 (shed last) to 3. */
export type PriorityValue = PriorityName | number

/** How a request is weighed. */
export interface WeightOptions<Req> {
  /** Units that the request takes; >= 0, default 1. What a function returns is clamped; nothing, or nonsense, counts as 1. */
  readonly cost?: number | ((req: Req) => number | undefined)
  /** How much it matters; default `critical`. What a function returns goes before the trusted header, a constant after it. */
  readonly priority?: PriorityValue | ((req: Req) => PriorityValue | undefined)
  /** A request header that holds the priority. Set it only where whoever stands in front overwrites what callers send. */
  readonly trustPriorityHeader?: string
  /** How long after its arrival the answer is worth anything; > 0 and at most a day. The trusted header can only shorten it. */
  readonly deadlineMs?: Millis | ((req: Req) => Millis | undefined)
  /** A request header with the milliseconds that its sender will wait. Waiting less is no privilege, but sheds: trust it likewise. */
  readonly trustDeadlineHeader?: string
}

/** Longest time that a deadline may lie ahead. */
const maxDeadlineMs = 86_400_000

const names = Object.keys(priorities) as PriorityName[]
const priorityByText = new Map<string, number>(
  names.flatMap((name) => [
    [name, priorities[name]],
    [String(priorities[name]), priorities[name]],
  ]),
)

/** Reads the cost of a request. */
export function costOf<Req>(owner: string, options: WeightOptions<Req>, callbacks: Callbacks): (req: Req) => number {
  const { cost = 1 } = options
  if (typeof cost !== 'function') {
    const constant = checkNumber(owner, 'cost', cost, { min: 0, max: Number.MAX_SAFE_INTEGER })
    return () => constant
  }
  const ask = callbacks.guard('cost', cost, toCost)
  return (req) => ask(req) ?? 1
}

/** Reads the priority of a request. */
export function priorityOf<Req>(
  owner: string,
  reader: Reader<Req>,
  options: WeightOptions<Req>,
  callbacks: Callbacks,
): (req: Req) => number {
  const { priority = 'critical', trustPriorityHeader } = options
  const ask = typeof priority === 'function' ? callbacks.guard('priority', priority, toPriority) : undefined
  const constant = typeof priority === 'function' ? priorities.critical : checkPriority(owner, priority)
  if (trustPriorityHeader === undefined) return ask === undefined ? () => constant : (req) => ask(req) ?? constant
  const header = checkHeaderName(owner, 'trustPriorityHeader', trustPriorityHeader)
  return (req) => ask?.(req) ?? priorityByText.get(reader.header(req, header) ?? '') ?? constant
}

/** Reads how long a request is worth anything, in ms from its arrival. */
export function deadlineOf<Req>(
  owner: string,
  reader: Reader<Req>,
  options: WeightOptions<Req>,
  callbacks: Callbacks,
): (req: Req) => Millis {
  const { deadlineMs = Infinity, trustDeadlineHeader } = options
  const own = ownDeadline(owner, deadlineMs, callbacks)
  if (trustDeadlineHeader === undefined) return own
  const header = checkHeaderName(owner, 'trustDeadlineHeader', trustDeadlineHeader)
  return (req) => Math.min(own(req), readMillis(reader.header(req, header)))
}

function ownDeadline<Req>(
  owner: string,
  deadlineMs: NonNullable<WeightOptions<Req>['deadlineMs']>,
  callbacks: Callbacks,
): (req: Req) => Millis {
  if (typeof deadlineMs === 'function') {
    const ask = callbacks.guard('deadlineMs', checkFunction(owner, 'deadlineMs', deadlineMs), toDeadline)
    return (req) => ask(req) ?? Infinity
  }
  if (deadlineMs === Infinity) return () => Infinity
  const constant = checkNumber(owner, 'deadlineMs', deadlineMs, { min: Number.MIN_VALUE, max: maxDeadlineMs })
  return () => constant
}

function checkPriority(owner: string, value: unknown): number {
  if (typeof value === 'number') return checkNumber(owner, 'priority', value, { min: 0, max: 3, integer: true })
  return priorities[checkOneOf(owner, 'priority', value, names)]
}

function toCost(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError(`must return a number, got ${typeof value}`)
  return Math.min(Math.max(0, value), Number.MAX_SAFE_INTEGER)
}

function toPriority(value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return Math.min(3, Math.max(0, Math.round(value)))
  const known = typeof value === 'string' ? priorityByText.get(value) : undefined
  if (known === undefined) throw new TypeError(`must return one of ${names.join(', ')}, or 0 to 3`)
  return known
}

function toDeadline(value: unknown): Millis {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`must return milliseconds, got ${typeof value}`)
  return value > maxDeadlineMs ? Infinity : Math.max(0, value)
}

/** Digits only: `1e9`, signs and fractions are not what a client that waits would send. */
function readMillis(text: string | undefined): Millis {
  if (text === undefined || text.length > 9 || !/^\d+$/.test(text)) return Infinity
  const value = Number(text)
  return value > maxDeadlineMs ? Infinity : value
}
