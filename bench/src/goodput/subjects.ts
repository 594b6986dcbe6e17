/** Everything that is put around the same app: nothing, ours, the peers at good and at bad guesses. */
import type { Express, RequestHandler } from 'express'
import type { RequestListener } from 'node:http'

/** What a subject that needs numbers may know: the measured capacity, and the concurrency that Little's law makes of it. */
export interface Guess {
  readonly perSecond: number
  readonly concurrency: number
  /** Header with the priority of a request, where the load sends one. */
  readonly priorityHeader?: string
}

/**
 * Takes an app that has no routes yet (they follow) and returns what the server is to call:
 * the app itself after `app.use(...)`, or something in front of it.
 */
export type Subject = (app: Express, guess: Guess) => RequestListener | Promise<RequestListener>

/** Names of the subjects whose figures the project promises. */
export const ours: readonly string[] = ['spillway', 'spillway-front']

/** Refuses everything in the first middleware, as cheaply as a middleware can: measures the framework's own cost of saying no. */
const refuseAll: Subject = (app) =>
  app.use((_request, response) => {
    response.statusCode = 503
    response.end()
  })

/** Says yes when called with the right number, no with any other: what the peer's documentation shows. */
function expressRateLimit(wrong: number): Subject {
  return async (app, { perSecond }) => {
    const { rateLimit } = await import('express-rate-limit')
    return app.use(
      rateLimit({ windowMs: 1000, limit: Math.round(perSecond * wrong), statusCode: 503, keyGenerator: () => '' }),
    )
  }
}

/** A bulkhead made of p-queue: so many at once, as many again may wait, the rest is refused. */
function bulkhead(wrong: number): Subject {
  return async (app, guess) => {
    const { default: PQueue } = await import('p-queue')
    const concurrency = Math.max(1, Math.round(guess.concurrency * wrong))
    const queue = new PQueue({ concurrency })
    return app.use((_request, response, next) => {
      if (queue.size >= concurrency) {
        response.statusCode = 503
        response.end()
        return
      }
      void queue.add(
        () =>
          new Promise<void>((resolve) => {
            response.once('close', resolve)
            if (response.destroyed) resolve()
            else next()
          }),
      )
    })
  }
}

const tooBusy: Subject = async (app) => {
  const { default: toobusy } = await import('toobusy-js')
  return app.use((_request, response, next) => {
    if (!toobusy()) return next()
    response.statusCode = 503
    response.end()
  })
}

const overloadProtection: Subject = async (app) => {
  const { default: protect } = await import('overload-protection')
  return app.use(protect('express'))
}

/** Ours are looked up by name when they are asked for: a bench of the peers runs even where ours does not build. */
async function spillway(name: 'overloadControl' | 'protect', given: readonly unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(await import('@spillway/express'), name)
  if (typeof found === 'function') return Reflect.apply(found, undefined, given)
  throw new Error(`goodput: @spillway/express does not export ${name}`)
}

/** None at all, but where priorities are sent and somebody must say that their header is to be trusted. */
function optionsOf({ priorityHeader }: Guess): object[] {
  return priorityHeader === undefined ? [] : [{ trustPriorityHeader: priorityHeader }]
}

function isHandler(value: unknown): value is RequestHandler & RequestListener {
  return typeof value === 'function'
}

function asHandler(value: unknown): RequestHandler & RequestListener {
  if (isHandler(value)) return value
  throw new TypeError('goodput: a subject must be a function of (request, response)')
}

export const subjects: Readonly<Record<string, Subject>> = {
  none: (app) => app,
  spillway: async (app, guess) => app.use(asHandler(await spillway('overloadControl', optionsOf(guess)))),
  'spillway-front': async (app, guess) => asHandler(await spillway('protect', [app, ...optionsOf(guess)])),
  'erl-right': expressRateLimit(1),
  'erl-8x': expressRateLimit(8),
  'overload-protection': overloadProtection,
  toobusy: tooBusy,
  'bulkhead-right': bulkhead(1),
  'bulkhead-8x': bulkhead(8),
  'refuse-all': refuseAll,
}

/** Subjects that are compared when none are named. */
export const defaultSubjects: readonly string[] = Object.keys(subjects).filter((name) => name !== 'refuse-all')

/** The names behind a list of them: `limits`, `parts` and `rules` stand for the candidates of a kind. */
export async function expandNames(names: readonly string[]): Promise<string[]> {
  const { candidates } = await import('./candidates.ts')
  const all = Object.keys(candidates)
  const kinds: Readonly<Record<string, string>> = { limits: 'limit:', parts: 'without:', rules: 'rule:' }
  return names.flatMap((name) => {
    const prefix = kinds[name]
    return prefix === undefined ? [name] : all.filter((candidate) => candidate.startsWith(prefix))
  })
}

/** Finds a subject by name, or loads it from a file whose default export it is. */
export async function findSubject(name: string): Promise<Subject> {
  const known = subjects[name]
  if (known !== undefined) return known
  const { candidates } = await import('./candidates.ts')
  const candidate = candidates[name]
  if (candidate !== undefined) return candidate
  if (!/\.[cm]?[jt]s$/.test(name)) {
    throw new RangeError(`goodput: unknown subject "${name}"; known are ${Object.keys(subjects).join(', ')}, or a file`)
  }
  const module: unknown = await import(name)
  const subject: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined
  if (typeof subject !== 'function')
    throw new TypeError(`goodput: ${name} has no default export (app) => RequestListener`)
  return async (app, guess) => asHandler(await Reflect.apply(subject, undefined, [app, guess]))
}
