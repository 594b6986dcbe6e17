/** Lengths of time in milliseconds, under the names that express-rate-limit has for them. */

/** @deprecated Going away in express-rate-limit; write `1000`. */
export const SECOND: number = 1000
/** @deprecated Going away in express-rate-limit; write `60_000`. */
export const MINUTE: number = 60 * SECOND
/** @deprecated Going away in express-rate-limit; write `3_600_000`. */
export const HOUR: number = 60 * MINUTE
/** @deprecated Going away in express-rate-limit; write `86_400_000`. */
export const DAY: number = 24 * HOUR
