/** Names of the faults that are looked for. */

/** All of them, for the option `validate`. */
export const validationNames = [
  'ip',
  'trustProxy',
  'xForwardedForHeader',
  'forwardedHeader',
  'positiveHits',
  'unsharedStore',
  'singleCount',
  'limit',
  'draftPolliHeaders',
  'onLimitReached',
  'headersDraftVersion',
  'headersResetTime',
  'knownOptions',
  'validationsConfig',
  'creationStack',
  'ipv6Subnet',
  'ipv6SubnetOrKeyGenerator',
  'keyGeneratorIpFallback',
  'windowMs',
] as const

/** A fault that is looked for. */
export type ValidationName = (typeof validationNames)[number]

/** Which faults are reported; `default` stands for those that are not named. */
export type EnabledValidations = { [name in ValidationName | 'default']?: boolean }
