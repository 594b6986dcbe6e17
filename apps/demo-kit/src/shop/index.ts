/** What the server of a demo needs: the shop, what it thinks of its routes, and the process around it. */
export type { CreateTwin, Side, TwinApp } from '../app.ts'
export { accountOf, isStream, loginLimits, priorityOf, reportsAtOnce } from './policy.ts'
export { serveTwin } from './serve-twin.ts'
export { maxUploadBytes, Shop, TooLarge } from './shop.ts'
export type { Price } from './shop.ts'
