/** Changes several parts together, or none of them. */

/** Something that can be changed while it runs. */
export interface Updatable<Change> {
  /** Makes the whole change, or throws and makes none of it. */
  update(change: Change): void
  /** Checks the change and throws as `update` would; else returns what makes it, which cannot fail. Changes nothing by itself. */
  prepare?(change: Change): () => void
}

/** Parts, each with its change. */
export type PartsToUpdate<Changes extends readonly unknown[]> = {
  readonly [I in keyof Changes]: readonly [part: Updatable<Changes[I]>, change: NoInfer<Changes[I]>]
}

/**
 * Updates all `parts`, or throws what the first of them throws and leaves all as they were: every change is checked before the first is
 * made. That takes parts that can `prepare`; one that cannot may be among them, because it is updated after the checks and before the
 * others. With more than one of those, or a part that is named twice, it throws a TypeError and changes nothing. What a part earns by itself stays its own affair: no update here or
 * below grants a burst.
 *
 * `updateAll([pressure, { hysteresis: 0.1 }], [policy, { mode: 'shadow' }], [{ update: (rate) => limiter.update(rate, now) }, { limit: 50 }])`
 */
export function updateAll<const Changes extends readonly unknown[]>(...parts: PartsToUpdate<Changes>): void {
  const entries = parts as readonly (readonly [Updatable<unknown>, unknown])[]
  if (new Set(entries.map(([part]) => part)).size < entries.length)
    throw new TypeError('updateAll: a part may be named once only, for its changes would not know of each other')
  const commits: (() => void)[] = []
  let unprepared: readonly [part: Updatable<unknown>, change: unknown] | undefined
  for (const entry of entries) {
    const [part, change] = entry
    if (part.prepare !== undefined) commits.push(part.prepare(change))
    else if (unprepared === undefined) unprepared = entry
    else
      throw new TypeError(
        'updateAll: at most one part may be without "prepare", for only one can be the last that may fail',
      )
  }
  if (unprepared !== undefined) unprepared[0].update(unprepared[1])
  for (const commit of commits) commit()
}
