/** One suite that every adapter passes: `for (const each of casesFor(harness)) test(each.name, () => each.run(harness))`. */
import { admissionCases } from './cases/admission.ts'
import { disconnectCases } from './cases/disconnect.ts'
import { http2Cases } from './cases/http2.ts'
import { lifecycleCases } from './cases/lifecycle.ts'
import { misbehaviourCases } from './cases/misbehaviour.ts'
import { optionCases } from './cases/options.ts'
import { overloadCases } from './cases/overload.ts'
import { refusalCases } from './cases/refusal.ts'
import { waitingCases } from './cases/waiting.ts'
import type { ConformanceCase, Harness } from './harness.ts'

export * from './client.ts'
export type * from './harness.ts'
export * from './misbehave.ts'
export * from './resolve.ts'
export * from './serve.ts'

/** Every promise that an adapter keeps, each proven on real sockets. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...admissionCases,
  ...refusalCases,
  ...disconnectCases,
  ...optionCases,
  ...waitingCases,
  ...lifecycleCases,
  ...overloadCases,
  ...http2Cases,
  ...misbehaviourCases,
]

type Claims = Pick<Harness, 'hasHttp2' | 'lacks'>

function reasonsFor({ needs = [] }: ConformanceCase, { lacks = {} }: Claims): readonly string[] {
  return needs.flatMap((need) => lacks[need] ?? [])
}

/** Those that make sense for what the harness says it can do. */
export function casesFor(harness: Claims): readonly ConformanceCase[] {
  return conformanceCases.filter((each) => (each.applies?.(harness) ?? true) && reasonsFor(each, harness).length === 0)
}

/** Those that the runtime makes impossible, and why: to be shown wherever results are. */
export function leftOut(harness: Claims): readonly { readonly name: string; readonly why: string }[] {
  const found = conformanceCases.map((each) => ({ name: each.name, why: reasonsFor(each, harness).join('; ') }))
  return found.filter(({ why }) => why !== '')
}
