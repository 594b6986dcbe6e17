/** The whole public surface of this entry: re-exports only. */
export * from './reader.ts'
export * from './ticket.ts'
export * from './policy.ts'
