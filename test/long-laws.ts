/** Lets laws have arrays as long as they say: without this, fast-check stops at ten items, whatever their `maxLength`. */
import fc from 'fast-check'

fc.configureGlobal({
  defaultSizeToMaxWhenMaxSpecified: true,
  // A mutant is dead at the first counterexample; nobody reads the smallest one.
  endOnFailure: process.env['MUTATE_TESTS'] !== undefined,
})
