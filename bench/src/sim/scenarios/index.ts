/** All scenarios of the simulator. */
import type { Scenario } from '../scenario.ts'
import { callers } from './callers.ts'
import { fresh } from './fresh.ts'
import { published } from './published.ts'

export const scenarios: readonly Scenario[] = [...published, ...fresh, ...callers]
