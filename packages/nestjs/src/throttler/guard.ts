/** The guard of @nestjs/throttler, with what its subclasses change. */
import { Inject, Injectable } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { systemClock } from '@spillway/core'
import * as defaults from './hooks.ts'
import type { RequestResponse, ThrottleHooks } from './hooks.ts'
import type { ThrottlerLimitDetail, ThrottlerModuleOptions } from './options.ts'
import { Throttles } from './throttles.ts'
import { throttlerOptionsToken } from './tokens.ts'

/** Throttles shared by all guards of one module: several of a kind count together. */
const throttlesOf = new WeakMap<ThrottlerModuleOptions, Throttles>()

/**
 * Does what `@Throttle` and the options of {@link ThrottlerModule} say. Subclasses change who is counted together (`getTracker`, `generateKey`),
 * what is left out (`shouldSkip`), where requests are found (`getRequestResponse`) and what is thrown.
 */
export class ThrottlerGuard implements CanActivate {
  protected readonly options: ThrottlerModuleOptions
  readonly #throttles: Throttles
  readonly #hooks: ThrottleHooks

  constructor(options: ThrottlerModuleOptions) {
    this.options = options
    let throttles = throttlesOf.get(options)
    if (throttles === undefined) throttlesOf.set(options, (throttles = new Throttles(options, systemClock, true)))
    this.#throttles = throttles
    this.#hooks = {
      getTracker: (req, context) => this.getTracker(req, context),
      generateKey: (context, tracker, name) => this.generateKey(context, tracker, name),
      getRequestResponse: (context) => this.getRequestResponse(context),
      setHeader: defaults.setHeader,
      fail: (context, detail) => this.throwThrottlingException(context, detail),
    }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (await this.shouldSkip(context)) return true
    return this.#throttles.guard(context, this.#hooks)
  }

  /** True for calls that are not counted. */
  protected shouldSkip(_context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(false)
  }

  /** Whose calls are counted together. */
  protected getTracker(req: Record<string, never>, _context: ExecutionContext): Promise<string> {
    return Promise.resolve(defaults.trackerOf(req, this.options))
  }

  /** What is counted together, of one tracker. */
  protected generateKey(context: ExecutionContext, tracker: string, name: string): string {
    return defaults.keyOf(context, tracker, name)
  }

  /** Where the request and the response of a call are. */
  protected getRequestResponse(context: ExecutionContext): RequestResponse {
    return defaults.requestResponseOf(context)
  }

  /** Throws for a call that is refused. */
  protected async throwThrottlingException(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw await defaults.exceptionOf(context, await this.getErrorMessage(context, detail))
  }

  /** What it says. */
  protected getErrorMessage(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<string> {
    return Promise.resolve(defaults.messageOf(this.options, context, detail))
  }
}

Injectable()(ThrottlerGuard)
Inject(throttlerOptionsToken)(ThrottlerGuard, undefined, 0)
