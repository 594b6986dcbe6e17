/** Lets laws have arrays as long as they say: without this, fast-check stops at ten items, whatever their `maxLength`. */
import fc from 'fast-check'

fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true })
