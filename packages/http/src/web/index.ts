/** The whole public surface of this entry: re-exports only. */
export { createWebGuard } from './guard.ts'
export type { WebGuard, WebGuardOptions, WebNext, WebRefused, WebRefuseHook } from './guard.ts'
export { pathOf, webReader } from './reader.ts'
export type { WebCall } from './reader.ts'
export { asRequestBound, createRequestBoundEnvironment } from './request-bound.ts'
export type { Attendance, RequestBoundEnvironment, RequestBoundOptions } from './request-bound.ts'
export { toResponse } from './respond.ts'
