/** How laws are tried: with arrays as long as they say, for fast-check by itself stops at ten items, whatever their `maxLength`. */
import fc from 'fast-check'

fc.configureGlobal({
  // A gate judges a change by the same cases as the one before; everybody else tries new ones each time.
  ...(process.env['CI'] === 'true' ? { seed: 20_261_124 } : {}),
  defaultSizeToMaxWhenMaxSpecified: true,
  // A mutant is dead at the first counterexample; nobody reads the smallest one.
  endOnFailure: process.env['MUTATE_TESTS'] !== undefined,
})
