/** All plots of the guide, in the order of its index. */
import { backoffAndHedging } from './client/backoff.ts'
import { circuitBreaker } from './client/breaker.ts'
import { retryBudget } from './client/retry-budget.ts'
import { adaptiveThrottling } from './client/throttling.ts'
import { fleet } from './fleet/domino.ts'
import { bbrLimit } from './limits/bbr.ts'
import { choosing } from './limits/choosing.ts'
import { correlationLimit } from './limits/correlation.ts'
import { envoyGradientLimit } from './limits/envoy.ts'
import { fixedAndSettableLimits } from './limits/fixed.ts'
import { kneeAndDelayLimits } from './limits/knee.ts'
import { netflixLimits } from './limits/netflix.ts'
import { estimates } from './measure/estimates.ts'
import { littlesLaw } from './measure/little.ts'
import { observing } from './overload/observing.ts'
import { pressure } from './overload/pressure.ts'
import { shadowMode } from './overload/shadow.ts'
import type { Plot } from './plot.ts'
import { codel } from './queue/codel.ts'
import { fairQueueing } from './queue/fair.ts'
import { queues } from './queue/queues.ts'
import { rateLimits } from './rate/limits.ts'
import { rateShaping } from './rate/shaping.ts'
import { executor } from './run/executor.ts'
import { costAndDeadlines } from './share/deadlines.ts'
import { fairness } from './share/fairness.ts'
import { hysteresis } from './share/hysteresis.ts'
import { partitions } from './share/partitions.ts'
import { priorityThreshold } from './share/priority-threshold.ts'

export const plots: readonly Plot[] = [
  choosing,
  fixedAndSettableLimits,
  kneeAndDelayLimits,
  netflixLimits,
  bbrLimit,
  envoyGradientLimit,
  correlationLimit,
  rateLimits,
  rateShaping,
  queues,
  codel,
  fairQueueing,
  partitions,
  priorityThreshold,
  fairness,
  costAndDeadlines,
  hysteresis,
  pressure,
  shadowMode,
  observing,
  fleet,
  retryBudget,
  adaptiveThrottling,
  circuitBreaker,
  backoffAndHedging,
  executor,
  littlesLaw,
  estimates,
]
