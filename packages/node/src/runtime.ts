/** Which runtime this is, and the built-in modules that it really has. */
import type * as asyncHooks from 'node:async_hooks'
import type * as fs from 'node:fs'
import type * as perfHooks from 'node:perf_hooks'
import type * as v8 from 'node:v8'
import type * as workerThreads from 'node:worker_threads'

/** Runtimes that differ in what they tell about themselves. */
export type Runtime = 'node' | 'bun' | 'deno' | 'workerd' | 'unknown'

interface Traces {
  readonly process?: {
    readonly release?: { readonly name?: string }
    readonly versions?: Readonly<Record<string, string | undefined>>
    readonly getBuiltinModule?: unknown
  }
  readonly navigator?: { readonly userAgent?: string }
}

/** Tells the runtime by its traces; the others imitate Node.js, so they are looked for first. */
export function detectRuntime(host: unknown = globalThis): Runtime {
  const { process, navigator } = host as Traces
  if (navigator?.userAgent === 'Cloudflare-Workers') return 'workerd'
  if (process?.versions?.['bun'] !== undefined) return 'bun'
  if (process?.versions?.['deno'] !== undefined) return 'deno'
  return process?.release?.name === 'node' ? 'node' : 'unknown'
}

/** `process` where there is one. */
export function hostProcess(): NodeJS.Process | undefined {
  return (globalThis as { process?: NodeJS.Process }).process
}

/** Asks for a built-in module without an import that would fail where it does not exist. */
export const builtins = {
  asyncHooks: (): typeof asyncHooks | undefined => hostProcess()?.getBuiltinModule?.('node:async_hooks'),
  perfHooks: (): typeof perfHooks | undefined => hostProcess()?.getBuiltinModule?.('node:perf_hooks'),
  v8: (): typeof v8 | undefined => hostProcess()?.getBuiltinModule?.('node:v8'),
  workerThreads: (): typeof workerThreads | undefined => hostProcess()?.getBuiltinModule?.('node:worker_threads'),
  fs: (): typeof fs | undefined => hostProcess()?.getBuiltinModule?.('node:fs'),
}

/** Returns what `read` returns, or `undefined` where the runtime throws instead of answering. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Sizes beyond this are how runtimes and kernels write "unlimited". */
const greatestSize = 2 ** 53

/** A limit in bytes, or `undefined` if the number only stands for "none": 0, negative, NaN, or beyond 2^53. */
export function realLimit(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes > 0 && bytes < greatestSize ? bytes : undefined
}

/** Runs a function in the asynchronous context in which the runner was made. */
export type ContextRunner = <T>(fn: () => T) => T

/**
 * Captures the present asynchronous context. A timer that lives long must not be armed in the context of the request that happened to come
 * first: it would keep that request's `AsyncLocalStorage` stores alive as long as itself.
 */
export function captureContext(): ContextRunner {
  return attempt(() => builtins.asyncHooks()?.AsyncLocalStorage.snapshot() as ContextRunner) ?? ((fn) => fn())
}
