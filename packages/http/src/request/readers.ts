/** Everything that is read from a request before it asks for admission. */
import type { Millis } from '@spillway/core'
import type { Callbacks } from '../callbacks.ts'
import type { HttpOptions } from '../options.ts'
import type { Reader } from '../reader.ts'
import { addressKey, keyOf, keysOf } from './key.ts'
import type { NamedKeys } from './key.ts'
import { costOf, deadlineOf, priorityOf } from './weight.ts'

/** One function per field of the ticket, compiled from the options once. */
export interface RequestReaders<Req> {
  readonly key: (req: Req) => string
  readonly keys: (req: Req) => Readonly<Record<string, string>> | undefined
  readonly cost: (req: Req) => number
  readonly priority: (req: Req) => number
  readonly deadlineMs: (req: Req) => Millis
}

/** What the readers are made from. */
export interface RequestReadersInit<Req> {
  /** Named in errors about options. */
  readonly owner: string
  readonly reader: Reader<Req>
  readonly options: HttpOptions<Req>
  readonly callbacks: Callbacks
  /** Key of callers that `keyGenerator` does not name. */
  readonly defaultKey: 'address' | 'none'
  /** Further keys, each asked for by itself. */
  readonly namedKeys?: NamedKeys<Req> | undefined
}

/** Compiles the options that say how requests are read. Throws for those that make no sense. */
export function createRequestReaders<Req>(init: RequestReadersInit<Req>): RequestReaders<Req> {
  const { owner, reader, options, callbacks } = init
  const address = addressKey(owner, reader, options)
  const fallback = init.defaultKey === 'address' ? address : () => ''
  return {
    key: keyOf(owner, options, callbacks, fallback),
    keys: keysOf(owner, options, callbacks, init.namedKeys),
    cost: costOf(owner, options, callbacks),
    priority: priorityOf(owner, reader, options, callbacks),
    deadlineMs: deadlineOf(owner, reader, options, callbacks),
  }
}
