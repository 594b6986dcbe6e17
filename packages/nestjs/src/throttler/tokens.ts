/** What the options of throttlers are injected by. */
import { Inject } from '@nestjs/common'

/** The token of @nestjs/throttler. */
export const throttlerOptionsToken = 'THROTTLER:MODULE_OPTIONS'

/** The token of the options, for providers of one's own. */
export function getOptionsToken(): string {
  return throttlerOptionsToken
}

/** Injects the options of {@link ThrottlerModule}. */
export function InjectThrottlerOptions(): PropertyDecorator & ParameterDecorator {
  return Inject(throttlerOptionsToken)
}
