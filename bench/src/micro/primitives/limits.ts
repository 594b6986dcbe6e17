/** What learns how many may run: one row each, at a busy time when nothing changes. */
import {
  AimdLimit,
  BbrLimit,
  CorrelationLimit,
  DelayLimit,
  EnvoyGradientLimit,
  Gradient2Limit,
  GradientLimit,
  KneeLimit,
  LowestLimit,
  SettableLimit,
  settableSignal,
  slowStart,
  VegasLimit,
  WindowedLimit,
} from '@spillway/core'
import type { Limit } from '@spillway/core'
import { Instants } from './instants.ts'
import { feeding, turnsPerInstant, type Primitive } from './primitive.ts'

/** Samples of 1 to 64 ms at a busy time, one each 0.1 ms: half of what the limit allows runs, and nothing is dropped. */
function sampling(limit: Limit): (n: number) => void {
  const clock = new Instants(0.1 * turnsPerInstant)
  // Objects already, as the instants are.
  const samples: unknown[] = [{}]
  for (let i = 0; i < 1024; i++) samples.push(1.5 + (Math.imul(i, 0x9e3779b1) >>> 26))
  return (n) => {
    for (let i = 0; i < n; i++) {
      if (i % turnsPerInstant === 0) clock.tick()
      limit.sample(clock.now(), samples[1 + (i & 1023)] as number, 1 + (limit.value >> 1), false)
    }
  }
}

const learning: Readonly<Record<string, () => Limit>> = {
  KneeLimit: () => new KneeLimit(),
  DelayLimit: () => new DelayLimit(),
  AimdLimit: () => new AimdLimit(),
  VegasLimit: () => new VegasLimit(),
  GradientLimit: () => new GradientLimit(),
  Gradient2Limit: () => new Gradient2Limit(),
  'WindowedLimit of averages over Gradient2Limit': () => new WindowedLimit(new Gradient2Limit()),
  'WindowedLimit of percentiles over VegasLimit': () =>
    new WindowedLimit(new VegasLimit(), { sampleWindow: 'percentile' }),
  'BbrLimit, aegis': () => new BbrLimit(),
  'BbrLimit, sentinel, with a signal': () => new BbrLimit({ rule: 'sentinel', cpu: settableSignal('cpu') }),
  EnvoyGradientLimit: () => new EnvoyGradientLimit(),
  CorrelationLimit: () => new CorrelationLimit(),
  'LowestLimit of KneeLimit and SettableLimit': () => new LowestLimit(new KneeLimit(), new SettableLimit(100)),
  'SlowStartLimit of KneeLimit': () => slowStart(new KneeLimit(), { durationMs: 86_400_000 }),
}

/** All of them. */
export const limits: readonly Primitive[] = [
  ...Object.entries(learning).map(([name, make]) => ({ name: `${name}: sample`, make: () => sampling(make()) })),
  {
    name: 'DelayLimit: tick',
    make() {
      const limit = new DelayLimit()
      return feeding((sample, now) => limit.tick(now, sample / 4))
    },
  },
]
