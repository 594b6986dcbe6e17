/** All plots of the guide, in the order of its index. */
import { netflixLimits } from './limits/netflix.ts'
import type { Plot } from './plot.ts'

export const plots: readonly Plot[] = [netflixLimits]
