/** What the twins tell the process that watches them. */
import type { OverloadSnapshot } from '@spillway/core'

/** What a twin sees of itself. */
export interface TwinReport {
  /** Handlers that run. */
  readonly inflight: number
  /** Whole answers with a status below 400 since the start. */
  readonly served: number
  /** What the overload control is doing; the unprotected twin has none. */
  readonly control: OverloadSnapshot | undefined
}

export type FromTwin =
  | { readonly type: 'listening'; readonly port: number }
  /** The twin cannot serve, in a sentence. */
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'report'; readonly report: TwinReport }
