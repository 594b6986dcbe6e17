/** All frameworks that are priced, and their variants by name: `koa: + spillway rateLimit`. */
import { expressFamily } from './express.ts'
import type { Family, Rivalry, Variant } from './family.ts'
import { honoFamily } from './hono.ts'
import { koaFamily } from './koa.ts'
import { nestExpressFamily, nestFastifyFamily } from './nest.ts'

const families: readonly Family[] = [expressFamily, koaFamily, honoFamily, nestExpressFamily, nestFastifyFamily]

const full = (family: Family, variant: string): string => `${family.name}: ${variant}`
const bareName = 'bare'

/** Every variant but the bare frameworks. */
export const variantNames: readonly string[] = families.flatMap((family) =>
  Object.keys(family.variants).map((variant) => full(family, variant)),
)

/** Who is compared with whom. */
export const rivals: readonly Rivalry[] = families.flatMap((family) =>
  family.rivals.map(({ ours, theirs }) => ({ ours: full(family, ours), theirs: full(family, theirs) })),
)

/** Names of the families. */
export const familyNames: readonly string[] = families.map(({ name }) => name)

/** What a variant is compared to. */
export function bareOf(name: string): string {
  return `${familyOf(name)}: ${bareName}`
}

/** The framework of a variant. */
export function familyOf(name: string): string {
  return name.slice(0, name.indexOf(':'))
}

/** Finds a variant. Throws a RangeError that lists the names. */
export function findVariant(name: string): Variant {
  const family = families.find((each) => each.name === familyOf(name))
  const variant = name.slice(name.indexOf(':') + 2)
  const found = variant === bareName ? family?.bare : family?.variants[variant]
  if (found !== undefined) return found
  throw new RangeError(`http: unknown variant "${name}"; known are ${variantNames.join(', ')}`)
}
