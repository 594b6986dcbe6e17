/** What the suite and the server in another runtime say to each other. */
import type { Control } from '@spillway/http/conformance'

/** Paths that no case asks for. */
export const paths = { mount: '/__suite/mount', counts: '/__suite/counts', shop: '/__shop' } as const

/** The next case. */
export interface Directive {
  readonly control: Control
  readonly mounts: number
  /** How long a request may hold a place, where the runtime does not tell its end. */
  readonly maxHoldMs?: number
  /** Where answers come from. */
  readonly bridge: string
}

/** The head of an answer; its body follows as it is. */
export interface ReplyHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The application failed, with this message. */
  readonly fails?: string
}
