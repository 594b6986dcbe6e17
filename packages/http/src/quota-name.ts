/** The option `requestPropertyName`: where adapters put a quota for their users to find. */

/** Taken by the `rateLimit()` of every adapter. */
export interface QuotaNameOption {
  /** Where the quota is put: on the request, or where the framework keeps state of a request; default `rateLimit`. */
  readonly requestPropertyName?: string
}

/** Takes the option out, so that the rest can go to a policy. Throws a TypeError for a name that is none. */
export function takeQuotaName<Options extends QuotaNameOption>(
  options: Options,
): { readonly quotaName: string; readonly rest: Omit<Options, 'requestPropertyName'> } {
  const { requestPropertyName: quotaName = 'rateLimit', ...rest } = options
  if (typeof quotaName !== 'string' || quotaName === '') {
    throw new TypeError('rateLimit: option "requestPropertyName" must be a name that is not empty')
  }
  return { quotaName, rest }
}
