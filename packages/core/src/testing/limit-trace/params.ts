/** Reads the parameters of a trace, which name and write down the same thing in several ways. */
import type { LimitFunction } from '../../concurrency/limit/limit-functions.ts'
import { parseFormula, parseMove } from './formula.ts'

/** Suffixes that name a unit of time, with its nanoseconds. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  nanos: 1,
  us: 1e3,
  micros: 1e3,
  ms: 1e6,
  millis: 1e6,
  s: 1e9,
  seconds: 1e9,
}

/** The parameters of one class, read name by name; what nobody asked for is known afterwards. Values that mean nothing throw a TypeError. */
export class TraceParams {
  readonly #params: Readonly<Record<string, unknown>>
  readonly #unitNs: number
  readonly #unread: Set<string>

  /** @param unit of times whose name has no unit: `ns`, `us`, `ms` or `s` */
  constructor(params: Readonly<Record<string, unknown>>, unit: string) {
    if (!Object.hasOwn(units, unit)) throw new TypeError(`limit trace: unknown unit ${JSON.stringify(unit)}`)
    this.#params = params
    this.#unitNs = units[unit]!
    this.#unread = new Set(Object.keys(params))
  }

  /** Names that nothing was read from. */
  get unread(): readonly string[] {
    return [...this.#unread]
  }

  /** The first of these parameters that is there. */
  find(...names: readonly string[]): unknown {
    let found: unknown
    for (const name of names) {
      const value = Object.hasOwn(this.#params, name) ? this.#params[name] : undefined
      if (value === undefined || value === null) continue
      this.#unread.delete(name)
      found ??= value
    }
    return found
  }

  /** A number, or a string that is one. */
  number(...names: readonly string[]): number | undefined {
    const value = this.find(...names)
    return value === undefined ? undefined : toNumber(names[0]!, value)
  }

  /** A time in the unit of the trace, or so many ns: `timeout` is also found as `timeoutNs`, `timeoutMillis` and so on. */
  time(otherwiseNs: number, ...names: readonly string[]): number {
    for (const name of names) {
      const plain = this.number(name)
      if (plain !== undefined) return plain
      for (const [unit, ns] of Object.entries(units)) {
        const value = this.number(name + unit[0]!.toUpperCase() + unit.slice(1))
        if (value !== undefined) return (value * ns) / this.#unitNs
      }
    }
    return otherwiseNs / this.#unitNs
  }

  /** What depends on the limit and is a whole number in Java: a number or a formula. */
  amount(...names: readonly string[]): LimitFunction | undefined {
    const value = this.find(...names)
    if (value === undefined) return undefined
    if (typeof value !== 'string') {
      const amount = toNumber(names[0]!, value)
      return () => amount
    }
    const formula = parseFormula(value)
    return (limit) => Math.trunc(formula(limit))
  }

  /** The next limit: a number or a formula for a step, up if `sign` is 1 and down if it is -1, or a formula for the limit itself. */
  move(sign: 1 | -1, ...names: readonly string[]): LimitFunction | undefined {
    const value = this.find(...names)
    if (value === undefined) return undefined
    if (typeof value === 'string') return parseMove(value, sign)
    const step = sign * Math.abs(toNumber(names[0]!, value))
    return (limit) => limit + step
  }
}

function toNumber(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw new TypeError(`limit trace: parameter "${name}" must be a number, got ${JSON.stringify(value)}`)
}
