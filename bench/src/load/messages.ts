/** What the process that asks for load and the process that makes it tell each other. */
import type { LoadOptions } from './options.ts'
import type { LoadResult, Slice } from './result.ts'

export type ToGenerator =
  | { readonly type: 'start'; readonly options: LoadOptions; readonly slices: boolean }
  | { readonly type: 'rate'; readonly rate: number }
  | { readonly type: 'stop' }

export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'slice'; readonly slice: Slice }
  | { readonly type: 'result'; readonly result: LoadResult }
  | { readonly type: 'failed'; readonly message: string }
