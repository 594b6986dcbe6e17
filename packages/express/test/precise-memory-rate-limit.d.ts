/** The types of precise-memory-rate-limit, which has none of its own. */
declare module 'precise-memory-rate-limit' {
  import type { LegacyStore } from 'express-rate-limit'

  const PreciseMemoryStore: new (windowMs: number, maxCalls: number) => LegacyStore
  export default PreciseMemoryStore
}
