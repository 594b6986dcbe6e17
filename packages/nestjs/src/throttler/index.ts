/** What apps import from `@nestjs/throttler`, to change one import: re-exports only. */
export * from './durations.ts'
export { ThrottlerException, throttlerMessage } from './exception.ts'
export { ThrottlerGuard } from './guard.ts'
export type { RequestResponse } from './hooks.ts'
export { SkipThrottle, Throttle } from './metadata.ts'
export { ThrottlerModule } from './module.ts'
export type * from './options.ts'
export { getOptionsToken, InjectThrottlerOptions } from './tokens.ts'
