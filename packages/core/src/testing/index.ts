/** What tests, simulations and other implementations need: re-exports only. */
export { VirtualClock } from './virtual-clock.ts'
export * from './checked.ts'
export * from './simulate/index.ts'
export * from './fleet/index.ts'
export * from './limit-trace/index.ts'
export * from './codel-trace.ts'
