/** Limits that estimate capacity: BBR as in aegis and Sentinel, Envoy's gradient, and the correlation guard of failsafe-go and Uber. */
import { BbrLimit, CorrelationLimit, EnvoyGradientLimit, ConcurrencyLimiter, Fifo, QueueGate } from '@spillway/core'
import type { Environment, Signal } from '@spillway/core'
import { callingTheLate, refusing, type Hints, type Subject } from '../subject.ts'
import { watchLag } from './lag.ts'

/** How busy the processor is: measured every 100 ms, averaged over the last few; that is quicker than these libraries are. */
export function processorOf({ clock }: Environment, { busyMs }: Hints): Signal {
  let busy = 0
  let before = 0
  let at = clock.now()
  watchLag(clock, 100, (_lagMs, now) => {
    // A loop that stands still is measured late; what it is told then covers all of that time.
    busy += (1 - Math.exp((at - now) / 300)) * (Math.min(1, (busyMs() - before) / (now - at)) - busy)
    before = busyMs()
    at = now
  })
  return { name: 'processor', pressure: () => busy }
}

/** There a request is over when its handler has ended, whether or not its client has left. */
const untilTheEnd = { releaseOn: 'end' } as const

export const estimating: readonly Subject[] = [
  {
    name: 'BBR',
    kind: 'peer',
    about:
      'aegis: most throughput times least round trip, while the processor is 80 % busy; what comes too late counts, as there',
    server: untilTheEnd,
    make: (environment, hints) =>
      callingTheLate('success', refusing(environment, new BbrLimit({ cpu: processorOf(environment, hints) }))),
  },
  {
    name: 'BBR always',
    kind: 'part',
    about: 'the same without a look at the processor',
    server: untilTheEnd,
    make: (environment) => callingTheLate('success', refusing(environment, new BbrLimit())),
  },
  {
    name: 'Envoy gradient',
    kind: 'peer',
    about: 'its defaults, probing every half minute',
    make: (environment) => refusing(environment, new EnvoyGradientLimit({ random: environment.random })),
  },
  {
    name: 'failsafe-go',
    kind: 'peer',
    about: 'Vegas with a correlation guard, its defaults',
    make: (environment) => refusing(environment, new CorrelationLimit()),
  },
  {
    name: 'failsafe-go + queue',
    kind: 'peer',
    about: 'the same with a FIFO of twice its first limit',
    make: ({ clock }) =>
      new QueueGate(new ConcurrencyLimiter(new CorrelationLimit()), new Fifo({ capacity: 40 }), clock, {
        maxWaitMs: 3_600_000,
      }),
  },
]
