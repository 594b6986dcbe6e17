/** The whole public surface of this entry: re-exports only. */
export { concurrencyLimit } from './concurrency-limit.ts'
export type { ConcurrencyLimitHandler } from './concurrency-limit.ts'
export { rateLimit } from './rate-limit.ts'
export type { RateLimitHandler } from './rate-limit.ts'
export { expressReader } from './reader.ts'
export { readiness } from './readiness.ts'
export type { ReadinessOptions, ReadinessSource } from './readiness.ts'
