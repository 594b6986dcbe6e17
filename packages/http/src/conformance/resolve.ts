/** From the data of a case to the options of a middleware, and from a middleware to its counts. */
import type { HttpPolicy } from '../policy.ts'
import type { Reader } from '../reader.ts'
import type { CallbackName, Control, Counts, ResolvedControl } from './harness.ts'

/** Puts in callbacks that read the requests of one framework. */
export function resolveControl<Req>(control: Control, reader: Reader<Req>): ResolvedControl<Req> {
  const named: Readonly<Record<CallbackName, (req: Req) => unknown>> = {
    costHeader: (req) => Number(reader.header(req, 'x-cost') ?? 1),
    keyHeader: (req) => reader.header(req, 'x-key'),
    priorityHeader: (req) => reader.header(req, 'x-matters'),
    isHealth: (req) => reader.url(req) === '/health',
    fails() {
      throw new Error('a fault in a callback')
    },
  }
  const callbacks = Object.entries(control.callbacks ?? {}).map(([option, name]) => [option, named[name]])
  const options: object = { ...control.options, ...Object.fromEntries(callbacks) }
  const { kind, handled = false } = control
  return { kind, options, handled } as ResolvedControl<Req>
}

/** What is needed of a middleware to count with it: every one of ours has it. */
export interface Countable<Req> {
  readonly policy: HttpPolicy<Req>
  snapshot(): object
}

/** Counts what a middleware lets in and what of it is over, from now on. */
export function counting<Req>(middleware: Countable<Req>): () => Counts {
  const { policy } = middleware
  let admitted = 0
  let released = 0
  const enter = policy.enter.bind(policy)
  const leave = policy.leave.bind(policy)
  Object.assign(policy, {
    enter(ticket: Parameters<typeof enter>[0]) {
      const verdict = enter(ticket)
      if (verdict === undefined) admitted++
      if (!(verdict instanceof Promise)) return verdict
      return verdict.then((decided) => {
        if (decided === undefined) admitted++
        return decided
      })
    },
    leave(...args: Parameters<typeof leave>) {
      released++
      leave(...args)
    },
  })
  return () => {
    const { inflight = 0, waiting = 0 } = middleware.snapshot() as Partial<Counts>
    return { inflight, waiting, admitted, released }
  }
}
