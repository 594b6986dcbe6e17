/** A framework, bare and behind what can be put into it: ours and its own peers. */
import type { RequestListener, Server } from 'node:http'

/** Makes the listener of a variant, or its whole server; in a process of its own. */
export type Variant = () => Promise<RequestListener | Server>

/** Ours and a peer that does the same job with the same headers or none. */
export interface Rivalry {
  readonly ours: string
  readonly theirs: string
}

/** All variants of one framework. Names of variants are those within the family. */
export interface Family {
  readonly name: string
  /** The framework alone, which everything is compared to. */
  readonly bare: Variant
  readonly variants: Readonly<Record<string, Variant>>
  readonly rivals: readonly Rivalry[]
}

/** A million years' worth of requests: a limit that is looked up for each request and never reached. */
export const never = 1_000_000_000

/** Window of all limits. */
export const windowMs = 60_000
