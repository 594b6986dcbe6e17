/** Changes of options while a limit runs. */
import { checkKnown } from '../../options.ts'

/**
 * `current` with what `change` gives: what it leaves out, or has as `undefined`, stays. Throws a TypeError for an option that may not
 * change. Checks no values: hand the result to what checked the first ones, so that a change is judged as a whole.
 */
export function applyChange<T extends object>(owner: string, current: T, change: Partial<T>): T {
  const known = Object.keys(current)
  checkKnown(owner, change, known)
  const next = { ...current }
  for (const option of known as (keyof T)[]) {
    const value = change[option]
    if (value !== undefined) next[option] = value
  }
  return next
}

/** `value` within bounds that may change; what is no number is the least. */
export function held(value: number, bounds: { readonly minLimit: number; readonly maxLimit: number }): number {
  return value > bounds.minLimit ? Math.min(bounds.maxLimit, value) : bounds.minLimit
}
