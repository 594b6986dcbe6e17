/** Throttlers as @nestjs/throttler knows them, decided by Spillway. */
import type { ExecutionContext } from '@nestjs/common'
import type { Clock } from '@spillway/core'
import { ThrottleCounters } from './counters.ts'
import type { Hit } from './counters.ts'
import { defaultHooks, type ThrottleHooks } from './hooks.ts'
import { isSkipped, type Targets, throttleNames, throttleOf } from './metadata.ts'
import type {
  Resolvable,
  ThrottlerLimitDetail,
  ThrottlerModuleOptions,
  ThrottlerOptions,
  ThrottlerStorage,
  ThrottlerStorageRecord,
} from './options.ts'

type CommonOptions = Exclude<ThrottlerModuleOptions, readonly ThrottlerOptions[]>

/** One throttler that applies to a call. */
interface Throttle extends Hit {
  readonly name: string
  readonly tracker: string
  readonly setHeaders: boolean
}

/** A throttler and what decorators say about it. */
type Throttler = Partial<ThrottlerOptions> & { readonly name: string }

/** Every throttler of the app, and those that decorators bring along. */
export class Throttles {
  readonly #options: CommonOptions
  readonly #counters: ThrottleCounters
  readonly #onlyNamed: boolean
  readonly #known = new WeakMap<object, WeakMap<object, readonly string[]>>()
  #enabled = true

  /** `onlyNamed`: as @nestjs/throttler, which does not look at decorators for throttlers that its options do not name. */
  constructor(options: ThrottlerModuleOptions | undefined, clock: Clock, onlyNamed = false) {
    this.#options = toCommon(options)
    this.#counters = new ThrottleCounters(clock)
    this.#onlyNamed = onlyNamed
  }

  /** Leaves it to another. */
  disable(): void {
    this.#enabled = false
  }

  /** Whether there is anything to ask for. */
  appliesTo(classRef: object, handler: object): boolean {
    if (!this.#enabled) return false
    if (this.#options.throttlers.length > 0) return true
    return this.#names([handler, classRef]).length > 0
  }

  /** `true`, or throws. */
  async guard(context: ExecutionContext, hooks: ThrottleHooks = defaultHooks(this.#options)): Promise<true> {
    const targets: Targets = [context.getHandler(), context.getClass()]
    const { req, res } = hooks.getRequestResponse(context)
    const throttles: Throttle[] = []
    for (const each of this.#throttlers(targets)) {
      const { skipIf = this.#options.skipIf } = each
      if (isSkipped(each.name, targets) || skipIf?.(context) === true || this.#isIgnored(each, req)) continue
      throttles.push(await this.#resolve(each, context, { req, hooks }))
    }
    const records = await this.#count(throttles)
    for (const [i, record] of records.entries()) {
      const throttle = throttles[i] as Throttle
      if (throttle.setHeaders) setHeaders(throttle, record, (name, value) => hooks.setHeader(res, name, value))
      if (record.isBlocked) await hooks.fail(context, detailOf(throttle, record))
    }
    return true
  }

  /** Names that decorators bring along; looked up once, for every call wants to know. */
  #names(targets: Targets): readonly string[] {
    if (this.#onlyNamed) return []
    const [handler, classRef] = targets
    let byHandler = this.#known.get(classRef)
    if (byHandler === undefined) this.#known.set(classRef, (byHandler = new WeakMap()))
    let names = byHandler.get(handler)
    if (names === undefined) byHandler.set(handler, (names = throttleNames(targets)))
    return names
  }

  #throttlers(targets: Targets): Throttler[] {
    const named = this.#options.throttlers.map((each) => ({ ...each, name: each.name ?? 'default' }))
    const others = this.#names(targets).filter((name) => !named.some((each) => each.name === name))
    return [...named, ...others.map((name) => ({ name }))].map((each) => ({
      ...each,
      ...throttleOf(each.name, targets),
    }))
  }

  async #resolve(
    throttler: Throttler,
    context: ExecutionContext,
    { req, hooks }: { readonly req: Record<string, never>; readonly hooks: ThrottleHooks },
  ): Promise<Throttle> {
    const { name, setHeaders: own = this.#options.setHeaders ?? true } = throttler
    const resolve = async (option: 'limit' | 'ttl' | 'blockDuration', value: Resolvable<number> | undefined) =>
      toNumber(typeof value === 'function' ? await value(context) : value, option, name)
    const limit = await resolve('limit', throttler.limit)
    const ttl = await resolve('ttl', throttler.ttl)
    const blockDuration = await resolve('blockDuration', throttler.blockDuration ?? ttl)
    const { getTracker = this.#options.getTracker ?? hooks.getTracker } = throttler
    const { generateKey = this.#options.generateKey ?? hooks.generateKey } = throttler
    const tracker = await getTracker(req, context)
    return { name, limit, ttl, blockDuration, tracker, key: generateKey(context, tracker, name), setHeaders: own }
  }

  async #count(throttles: readonly Throttle[]): Promise<ThrottlerStorageRecord[]> {
    const { storage } = this.#options
    // Two throttlers whose keys are the same by a function of the user's are two all the same.
    if (storage === undefined)
      return this.#counters.take(throttles.map((each) => ({ ...each, key: `${each.name}:${each.key}` })))
    return countIn(storage, throttles)
  }

  #isIgnored({ ignoreUserAgents = this.#options.ignoreUserAgents ?? [] }: Throttler, req: object): boolean {
    const { headers = {} } = req as { headers?: Readonly<Record<string, unknown>> }
    const agent = headers['user-agent']
    // `search` does not care where a sticky or global expression has stopped last time.
    return typeof agent === 'string' && ignoreUserAgents.some((pattern) => agent.search(pattern) >= 0)
  }
}

/** A storage of the user's counts one after the other, and cannot take back. */
async function countIn(storage: ThrottlerStorage, throttles: readonly Throttle[]): Promise<ThrottlerStorageRecord[]> {
  const records: ThrottlerStorageRecord[] = []
  for (const { key, ttl, limit, blockDuration, name } of throttles) {
    const record = await storage.increment(key, ttl, limit, blockDuration, name)
    records.push(record)
    if (record.isBlocked) break
  }
  return records
}

function toCommon(options: ThrottlerModuleOptions | undefined): CommonOptions {
  if (options === undefined) return { throttlers: [] }
  return isList(options) ? { throttlers: options } : options
}

function isList(options: ThrottlerModuleOptions): options is readonly ThrottlerOptions[] {
  return Array.isArray(options)
}

function toNumber(value: unknown, option: string, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw new TypeError(`throttler "${name}": option "${option}" must be a number, got ${JSON.stringify(value)}`)
}

function setHeaders(
  { name, limit }: Throttle,
  { totalHits, timeToExpire, isBlocked, timeToBlockExpire }: ThrottlerStorageRecord,
  set: (name: string, value: number) => void,
): void {
  const suffix = name === 'default' ? '' : `-${name}`
  set(`X-RateLimit-Limit${suffix}`, limit)
  set(`X-RateLimit-Remaining${suffix}`, Math.max(0, limit - totalHits))
  set(`X-RateLimit-Reset${suffix}`, timeToExpire)
  if (!isBlocked) return
  const seconds = Math.max(1, timeToBlockExpire)
  set('Retry-After', seconds)
  if (suffix !== '') set(`Retry-After${suffix}`, seconds)
}

function detailOf({ limit, ttl, key, tracker }: Throttle, record: ThrottlerStorageRecord): ThrottlerLimitDetail {
  return { limit, ttl, key, tracker, ...record }
}
