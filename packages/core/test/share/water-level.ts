/** Max-min fairness by definition, and how far from it a division is. */

/** One who wants a part. */
export interface Claimant {
  readonly wants: number
  readonly weight: number
}

/** What each may have of `total`: what it wants, but no more per weight than a level at which all of `total` is given, if that much is wanted. */
export function waterLevel(claimants: readonly Claimant[], total: number): number[] {
  const given = claimants.map(() => 0)
  let left = total
  let open = claimants.map((_, i) => i)
  while (open.length > 0) {
    const weight = open.reduce((sum, i) => sum + claimants[i]!.weight, 0)
    const level = left / weight
    const content = open.filter((i) => claimants[i]!.wants <= level * claimants[i]!.weight)
    for (const i of content.length > 0 ? content : open) {
      given[i] = content.length > 0 ? claimants[i]!.wants : level * claimants[i]!.weight
      left -= given[i]
    }
    open = content.length > 0 ? open.filter((i) => !content.includes(i)) : []
  }
  return given
}

/** Jain's index: 1 when all are equal, 1/n when one has everything. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  return sum ** 2 / (values.length * values.reduce((total, value) => total + value ** 2, 0))
}
