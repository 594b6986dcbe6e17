/** Functions of the user's, called where nothing may throw. */

/** Told about a callback that failed: once per option, so that a fault in one does not flood the log. */
export type CallbackErrorHook = (error: unknown, option: string) => void

/** Calls callbacks so that what they do wrong costs the request nothing but the callback's say. */
export class Callbacks {
  #failures = 0
  readonly #reported = new Set<string>()
  readonly #hook: CallbackErrorHook | undefined

  constructor(hook: CallbackErrorHook | undefined) {
    this.#hook = hook
  }

  /** How many calls threw or returned what they must not. */
  get failures(): number {
    return this.#failures
  }

  /**
   * Wraps a callback: `undefined` stands for no opinion, for an error, and for a value that `accept` throws at.
   * Promises are no values here, for a decision cannot wait for one; the rejection of one is caught all the same.
   */
  guard<Args extends readonly unknown[], T>(
    option: string,
    callback: (...args: Args) => unknown,
    accept: (value: unknown) => T,
  ): (...args: Args) => T | undefined {
    return (...args) => {
      try {
        const value = callback(...args)
        return value === undefined ? undefined : accept(this.#awaited(value))
      } catch (error) {
        this.#fail(option, error)
        return undefined
      }
    }
  }

  #awaited(value: unknown): unknown {
    if (!(value instanceof Promise)) return value
    value.catch(() => {})
    throw new TypeError('must return a value, not a promise of one')
  }

  #fail(option: string, error: unknown): void {
    this.#failures++
    if (this.#reported.has(option)) return
    this.#reported.add(option)
    try {
      this.#hook?.(error, option)
    } catch {
      // A hook that fails has nobody left to tell.
    }
  }
}
