/** Headers as refusals hold them, names and values in turn, in the forms that frameworks take. */

/** As a record. Plain: servers read that fastest. */
export function toHeaders(list: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < list.length; i += 2) headers[list[i] as string] = list[i + 1] as string
  return headers
}

/** The same without those that describe the body, for whoever writes a body of his own. */
export function toHeadersBesideBody(list: readonly string[]): Record<string, string> {
  const besides = ([name]: [string, string]): boolean => !name.toLowerCase().startsWith('content-')
  return Object.fromEntries(Object.entries(toHeaders(list)).filter(besides))
}
