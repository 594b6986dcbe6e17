/** What is measured on the way: one row each. */
import {
  Ewma,
  LittleEstimator,
  QuantileSketch,
  RateMeter,
  TimeEwma,
  WindowedMin,
  WindowRateMeter,
} from '@spillway/core'
import { feeding, type Primitive } from './primitive.ts'

/** All of them. */
export const estimates: readonly Primitive[] = [
  {
    name: 'Ewma: add',
    make() {
      const ewma = new Ewma({ weight: 0.05 })
      return feeding((sample) => ewma.add(sample))
    },
  },
  {
    name: 'TimeEwma: add',
    make() {
      const ewma = new TimeEwma({ timeConstantMs: 1000 })
      return feeding((sample, now) => ewma.add(sample, now))
    },
  },
  {
    name: 'RateMeter: add',
    make() {
      const meter = new RateMeter({ timeConstantMs: 1000 })
      return feeding((_sample, now) => meter.add(now))
    },
  },
  {
    name: 'WindowRateMeter: add',
    make() {
      const meter = new WindowRateMeter({ windowMs: 1000 })
      return feeding((_sample, now) => meter.add(now))
    },
  },
  {
    name: 'WindowRateMeter: perSecond',
    make() {
      const meter = new WindowRateMeter({ windowMs: 1000 })
      return feeding((_sample, now) => meter.perSecond(now))
    },
  },
  {
    name: 'WindowedMin: add',
    make() {
      const min = new WindowedMin({ windowMs: 1000 })
      return feeding((sample, now) => min.add(sample, now))
    },
  },
  {
    name: 'QuantileSketch: add',
    make() {
      const sketch = new QuantileSketch()
      return feeding((sample) => sketch.add(sample))
    },
  },
  {
    name: 'QuantileSketch that forgets: add',
    make() {
      const sketch = new QuantileSketch({ timeConstantMs: 1000 })
      return feeding((sample, now) => sketch.add(sample, now))
    },
  },
  {
    name: 'LittleEstimator: arrived + departed',
    make() {
      const estimator = new LittleEstimator()
      return feeding((sample, now) => {
        estimator.arrived(now)
        estimator.departed(now, sample)
      })
    },
  },
]
