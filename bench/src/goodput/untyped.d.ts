/** The parts we use of two peers that ship no types. */
declare module 'overload-protection' {
  import type { RequestHandler } from 'express'
  export default function protect(framework: 'express', options?: Readonly<Record<string, unknown>>): RequestHandler
}
declare module 'toobusy-js' {
  export default function toobusy(): boolean
}
