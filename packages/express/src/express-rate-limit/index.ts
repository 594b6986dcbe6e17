/** The whole public surface of this entry: re-exports only. */
export { rateLimit, rateLimit as default } from './rate-limit.ts'
export { commonJs as 'module.exports' } from './common-js.ts'
export { ipKeyGenerator } from './ip-key-generator.ts'
export { MemoryStore } from './memory-store.ts'
export type { Client, MemoryStoreOptions } from './memory-store.ts'
export { GcraStore } from './gcra-store.ts'
export type { GcraStoreInit, GcraStoreOptions } from './gcra-store.ts'
export { StoreTimeoutError } from './store-calls.ts'
export { ConsoleLogger } from './logger.ts'
export { getValidations, ValidationError } from './validations.ts'
export type { Validations } from './validations.ts'
export type { EnabledValidations, ValidationName } from './validation-list.ts'
export {
  setDraft6Headers,
  setDraft7Headers,
  setDraft8Headers,
  setLegacyHeaders,
  setRetryAfterHeader,
} from './headers.ts'
export { DAY, HOUR, MINUTE, SECOND } from './time.ts'
export type * from './types.ts'
