/** One number that the project promised, beside what it promised. */

/** What a figure should be; both bounds inclusive. */
export interface Target {
  readonly atMost?: number
  readonly atLeast?: number
}

/** A measured number and its target. */
export interface FigureInit {
  /** What was measured, in words. */
  readonly figure: string
  /** NaN when it could not be measured: never met. */
  readonly value: number
  /** `ns`, `bytes/key`, `ratio`, `%` ... */
  readonly unit: string
  readonly target: Target
}

/** A figure and whether it is within its target. */
export interface Figure extends FigureInit {
  readonly met: boolean
}

/** Judges a figure. */
export function judge(init: FigureInit): Figure {
  const { atMost = Infinity, atLeast = -Infinity } = init.target
  return { ...init, met: init.value <= atMost && init.value >= atLeast }
}

/** `<= 60 ns`, `>= 0.97`. */
export function showTarget(target: Target): string {
  const parts: string[] = []
  if (target.atLeast !== undefined) parts.push(`>= ${target.atLeast}`)
  if (target.atMost !== undefined) parts.push(`<= ${target.atMost}`)
  return parts.join(' and ')
}
