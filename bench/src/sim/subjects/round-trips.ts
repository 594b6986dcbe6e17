/** Limits that learn from round trips: Netflix's, with its own defaults, and the same with our caps against drift. */
import { AimdLimit, Gradient2Limit, GradientLimit, VegasLimit, WindowedLimit } from '@spillway/core'
import type { Environment, Limit } from '@spillway/core'
import { callingTheLate, refusing, type Subject } from '../subject.ts'

/** Windows as short as a server under overload needs; Netflix's own default is a second. */
const windowed = (limit: Limit): Limit => new WindowedLimit(limit, { minWindowMs: 100, maxWindowMs: 1000 })

function peer(name: string, about: string, make: (environment: Environment) => Limit): Subject {
  return { name, kind: 'peer', about, make: (environment) => refusing(environment, make(environment)) }
}

export const roundTrips: readonly Subject[] = [
  {
    name: 'AIMD',
    kind: 'peer',
    about: "Netflix's, with clients' timeouts as drops",
    make: (environment) => callingTheLate('dropped', refusing(environment, new AimdLimit())),
  },
  peer('Vegas', "Netflix's default: each sample counts", ({ random }) => new VegasLimit({ random })),
  peer('Vegas windowed', 'behind windows of 100 ms', ({ random }) => windowed(new VegasLimit({ random }))),
  peer('Gradient windowed', 'behind windows of 100 ms', ({ random }) => windowed(new GradientLimit({ random }))),
  peer('Gradient2', "Netflix's, each sample counts", () => new Gradient2Limit()),
  peer('Gradient2 windowed', 'behind windows of 100 ms', () => windowed(new Gradient2Limit())),
  {
    name: 'Gradient2 windowed capped',
    kind: 'part',
    about: 'the same with a baseline of at most 30 ms',
    make: (environment) => refusing(environment, windowed(new Gradient2Limit({ maxBaselineMs: 30 }))),
  },
]
