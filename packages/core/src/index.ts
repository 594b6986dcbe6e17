/** The whole public surface of core: re-exports only. */
export * from './ticket.ts'
export * from './clock.ts'
export * from './limiter.ts'
export * from './gate.ts'
export * from './options.ts'
export type { Limit } from './concurrency/limit.ts'
export type { Discipline } from './queue/discipline.ts'
export type { Signal } from './signal/signal.ts'
