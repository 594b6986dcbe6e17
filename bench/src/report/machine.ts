/** Where a measurement was made: figures without it cannot be compared. */
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What the figures depend on besides the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly v8: string
  /** One-minute load average when the run started: well above 0 means a noisy neighbour. */
  readonly loadAtStart: number
}

/** Reads it now. */
export function readMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 28) / 4,
    os: `${platform()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}
