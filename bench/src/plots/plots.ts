/** All plots of the guide, in the order of its index. */
import { bbrLimit } from './limits/bbr.ts'
import { correlationLimit } from './limits/correlation.ts'
import { envoyGradientLimit } from './limits/envoy.ts'
import { fixedAndSettableLimits } from './limits/fixed.ts'
import { kneeAndDelayLimits } from './limits/knee.ts'
import { netflixLimits } from './limits/netflix.ts'
import { estimates } from './measure/estimates.ts'
import { littlesLaw } from './measure/little.ts'
import type { Plot } from './plot.ts'
import { executor } from './run/executor.ts'

export const plots: readonly Plot[] = [
  fixedAndSettableLimits,
  kneeAndDelayLimits,
  netflixLimits,
  bbrLimit,
  envoyGradientLimit,
  correlationLimit,
  executor,
  littlesLaw,
  estimates,
]
