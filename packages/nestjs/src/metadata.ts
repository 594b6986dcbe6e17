/** What decorators leave on classes and handlers, and what it comes to for one handler. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds to Reflect, for us as for Nest
import 'reflect-metadata'
import type { PriorityValue } from '@spillway/http'
import type { NestConcurrencyLimitOptions, NestRateLimitOptions } from './options.ts'

/** A name of the module's options, or a limit of its own. */
export type RateSpec = string | NestRateLimitOptions<never>

/** The same for places. */
export type PlaceSpec = string | NestConcurrencyLimitOptions<never>

/** How much a call matters. */
export type PrioritySpec = PriorityValue | ((req: never) => PriorityValue | undefined)

/** How much a call takes. */
export type CostSpec = number | ((req: never) => number | undefined)

/** What one class or handler carries. */
export interface Marks {
  readonly rates?: readonly RateSpec[]
  readonly places?: readonly PlaceSpec[]
  readonly priority?: PrioritySpec
  readonly cost?: CostSpec
  /** Names that are skipped; empty for all. */
  readonly skips?: readonly string[]
}

/** One limit of a handler, and whether it is the handler's own or that of its class: inline limits count accordingly. */
export interface Placed<Spec> {
  readonly spec: Spec
  readonly isOfClass: boolean
}

/** Everything that holds for one handler of one class. */
export interface HandlerMarks {
  readonly rates: readonly Placed<RateSpec>[]
  readonly places: readonly Placed<PlaceSpec>[]
  readonly priority: PrioritySpec | undefined
  readonly cost: CostSpec | undefined
  readonly skipsOverload: boolean
}

/** By which the overload control is skipped alone: `@SkipOverloadControl('overload')`. */
const overloadName = 'overload'

const key = 'spillway:marks'

/** Adds to the marks of a class or handler. Decorators run from the bottom up: what is added stands before what was there. */
export function addMarks(target: object, marks: Marks): void {
  const before = ownMarks(target)
  Reflect.defineMetadata(
    key,
    {
      ...before,
      ...marks,
      ...join('rates', marks.rates, before.rates),
      ...join('places', marks.places, before.places),
      ...join('skips', marks.skips, before.skips),
    },
    target,
  )
}

function join(
  name: keyof Marks,
  added: readonly unknown[] | undefined,
  before: readonly unknown[] | undefined,
): object {
  if (added === undefined || before === undefined) return {}
  // Nothing skips everything, whatever is named beside it.
  return { [name]: name === 'skips' && (added.length === 0 || before.length === 0) ? [] : [...added, ...before] }
}

function ownMarks(target: object): Marks {
  return (Reflect.getOwnMetadata(key, target) as Marks | undefined) ?? {}
}

/** Marks of a class are inherited as the class is: kind by kind, the nearest wins. */
function classMarks(target: object | null): Marks {
  if (target === null || target === Function.prototype) return {}
  return { ...classMarks(Object.getPrototypeOf(target) as object | null), ...ownMarks(target) }
}

/** Whether there is anything to do at all. */
export function isMarked(classRef: object, handler: object): boolean {
  return Object.keys(ownMarks(handler)).length > 0 || Object.keys(classMarks(classRef)).length > 0
}

/**
 * What holds for a handler. Kind by kind, what the handler carries stands in place of what its class carries. `skips` of the class leave out
 * limits of the class, `skips` of the handler both.
 */
export function marksOf(classRef: object, handler: object): HandlerMarks {
  const ofClass = classMarks(classRef)
  const own = ownMarks(handler)
  const skipped = (spec: unknown, isOfClass: boolean): boolean =>
    skips(own, nameOf(spec)) || (isOfClass && skips(ofClass, nameOf(spec)))
  const placed = <Spec>(specs: readonly Spec[] | undefined, inherited: readonly Spec[] | undefined): Placed<Spec>[] =>
    (specs ?? inherited ?? [])
      .map((spec) => ({ spec, isOfClass: specs === undefined }))
      .filter(({ spec, isOfClass }) => !skipped(spec, isOfClass))
  return {
    rates: placed(own.rates, ofClass.rates),
    places: placed(own.places, ofClass.places),
    priority: own.priority ?? ofClass.priority,
    cost: own.cost ?? ofClass.cost,
    skipsOverload: skips(own, overloadName) || skips(ofClass, overloadName),
  }
}

function skips({ skips: names }: Marks, name: string | undefined): boolean {
  if (names === undefined) return false
  return names.length === 0 || (name !== undefined && names.includes(name))
}

function nameOf(spec: unknown): string | undefined {
  if (typeof spec === 'string') return spec
  return typeof spec === 'object' && spec !== null ? (spec as { name?: string }).name : undefined
}
