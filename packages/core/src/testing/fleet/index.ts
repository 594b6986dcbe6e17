/** The simulated fleet: re-exports only. */
export * from './options.ts'
export { simulateFleet } from './simulate-fleet.ts'
export { FleetResult, type FleetServerResult, type FleetSlice } from './result.ts'
export type { FleetTally } from './books.ts'
export type { DeathCause, FleetEvent } from './server.ts'
