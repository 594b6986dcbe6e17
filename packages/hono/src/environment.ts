/** Where the middlewares take time, turns of the loop and signals from. */
import { systemEnvironment } from '@spillway/core'
import type { Environment } from '@spillway/core'
import { createRequestBoundEnvironment } from '@spillway/http/web'
import { getRuntimeKey } from 'hono/adapter'

/** The option `environment` of every middleware. */
export interface EnvironmentOption {
  /**
   * Default: the real clock, without signals; on workers `createRequestBoundEnvironment()`. On Node.js give `nodeEnvironment()` of
   * `@spillway/node`, which also measures event loop, heap and memory.
   */
  readonly environment?: Environment
}

/** Runtimes whose timers outlive the request that set them. */
const withTimers: readonly string[] = ['node', 'bun', 'deno']

/**
 * The environment that is given, or the one that fits the runtime. Nothing is started before the first request. Throws a TypeError for
 * what is none.
 */
export function environmentOf(owner: string, given: Environment | undefined): Environment {
  if (given === undefined) {
    return withTimers.includes(getRuntimeKey()) ? systemEnvironment : createRequestBoundEnvironment()
  }
  if (typeof (given as Partial<Environment> | null)?.clock?.now === 'function') return given
  throw new TypeError(
    `${owner}: option "environment" must be an Environment: an object with a "clock", "loop", "random" and "signals"`,
  )
}
