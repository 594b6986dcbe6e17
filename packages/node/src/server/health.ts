/** Health for load balancers and orchestrators, as listeners for requests and as routes that are answered in front of everything. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkFunction, checkKnown } from '@spillway/core'
import { createReadiness, livenessAnswer, startupAnswer } from '@spillway/http'
import type { HealthAnswer, ReadinessEnvironment, ReadinessOptions, ReadinessSource } from '@spillway/http'
import { writeRefusal } from '@spillway/http/node'
import type { NodeListener } from './action.ts'

/** Writes an answer about health; also where a framework's response is a `ServerResponse`. */
export function writeHealth(req: IncomingMessage, res: ServerResponse, answer: HealthAnswer): void {
  writeRefusal(req, res, answer)
}

function listener(answer: () => HealthAnswer): NodeListener {
  return function health(req, res) {
    writeHealth(req as IncomingMessage, res as ServerResponse, answer())
  }
}

/**
 * Answers 200: the process is alive if it answers at all. Depends on neither load nor stores, for whoever asks restarts the process when
 * it fails. `app.get('/livez', liveness())`
 */
export function liveness(): NodeListener {
  return listener(livenessAnswer)
}

/** Answers 200 once `isStarted` says so, and 503 before. `app.get('/startupz', startup(() => warm))` */
export function startup(isStarted: () => boolean): NodeListener {
  checkFunction('startup', 'isStarted', isStarted)
  return listener(() => startupAnswer(truthOf(isStarted)))
}

/**
 * Answers 200 `{"ready":true,...}` or 503 `{"ready":false,...}` with the reasons. A process that drains or has not started is not ready. One
 * that is overloaded is, unless the options say otherwise: it still serves as much as it can. Mount it before the control. Throws a TypeError
 * or RangeError for bad options. `app.get('/readyz', readiness(control))`
 */
export function readiness(source: ReadinessSource, options: ReadinessOptions = {}): NodeListener {
  const judge = createReadiness(source, options)
  return listener(() => judge.answer())
}

/** Paths of health, answered before anything else, while draining too. Each is a whole path; those that are not given are the framework's. */
export interface HealthOptions {
  readonly livenessPath?: string
  readonly readinessPath?: string
  readonly startupPath?: string
  /** Whether the application can serve; default: always. One that throws says no. */
  readonly started?: () => boolean
  /** When load makes the process unready; default: never. */
  readonly readiness?: ReadinessOptions
}

/** The health of one server. */
export interface Health {
  /** The answer to a request for `url`, if it is one about health. */
  answer(url: string | undefined): HealthAnswer | undefined
  started(): boolean
  /** Lets rules about time look: more often than probes come. */
  observe(): void
}

/** Makes the routes. Throws a TypeError or RangeError that names the option. */
export function createHealth(
  source: ReadinessSource,
  options: HealthOptions,
  environment: ReadinessEnvironment,
): Health {
  const owner = 'protectServer: health'
  checkKnown(owner, options, ['livenessPath', 'readinessPath', 'startupPath', 'started', 'readiness'])
  const { started = () => true } = options
  checkFunction(owner, 'started', started)
  const judge = createReadiness(source, options.readiness, environment)
  const answers = {
    livenessPath: livenessAnswer,
    readinessPath: () => judge.answer(),
    startupPath: () => startupAnswer(truthOf(started)),
  }
  const routes = new Map<string, () => HealthAnswer>()
  for (const [option, answer] of Object.entries(answers)) {
    const path: unknown = options[option as keyof typeof answers]
    if (path === undefined) continue
    if (typeof path !== 'string' || !path.startsWith('/')) {
      throw new TypeError(`${owner}: option "${option}" must be text that starts with "/"`)
    }
    if (routes.has(path)) throw new TypeError(`${owner}: option "${option}" must be a path of its own, got "${path}"`)
    routes.set(path, answer)
  }
  return {
    answer: (url = '') => (routes.size === 0 ? undefined : routes.get(pathOf(url))?.()),
    started: () => truthOf(started),
    observe: () => {
      // Without the rule there is nothing to learn.
      if (options.readiness?.unreadyAbove !== undefined) judge.report()
    },
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function truthOf(ask: () => boolean): boolean {
  try {
    return ask()
  } catch {
    return false
  }
}
