/** The whole public surface of this entry: re-exports only. */
export * from './reader.ts'
export * from './ticket.ts'
export * from './policy.ts'
export { createHttpPolicy } from './http-policy.ts'
export type { HttpPolicyOptions, HttpPolicyParts } from './http-policy.ts'
export * from './rate-limit.ts'
export * from './concurrency-limit.ts'
export * from './overload-policy.ts'
export * from './overload-control.ts'
export { httpOptionNames } from './options.ts'
export type { HttpOptions, ResponseOptions } from './options.ts'
export type { CallbackErrorHook } from './callbacks.ts'
export { outcomeOf } from './outcome.ts'
export type { KeyOptions } from './request/key.ts'
export type { PriorityValue, WeightOptions } from './request/weight.ts'
export type { HeadersDraft } from './headers/quota-headers.ts'
export type { Message } from './refusal/refuser.ts'
export { takeHandler } from './refusal/handler-option.ts'
export type { HandlerOption } from './refusal/handler-option.ts'
export { createRefusalError, RefusalError } from './refusal/refusal-error.ts'
export { defaultIpv6PrefixBits, ipKey, unknownIpKey } from './address/key.ts'
export type { IpKeyOptions } from './address/key.ts'
export { parseIp } from './address/parse.ts'
export type { IpGroups } from './address/parse.ts'
export { clientIp } from './address/client-ip.ts'
export { createProxyTrust } from './address/trust.ts'
export type { ProxyTrust, TrustProxy } from './address/trust.ts'
export * from './handle.ts'
export * from './health/answer.ts'
export { createReadiness, utilizationOf } from './health/readiness.ts'
export type {
  Readiness,
  ReadinessEnvironment,
  ReadinessOptions,
  ReadinessSource,
  ReadinessState,
} from './health/readiness.ts'
export type { Fleet, UnreadyOptions } from './health/unready.ts'
