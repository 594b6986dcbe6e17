/** Who runs where: the twins must not take each other's time, and both must get the same. */
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Cores by number; `undefined` leaves it to the system. */
export interface Cores {
  readonly unprotected: number | undefined
  readonly protected: number | undefined
  /** The clients of each twin. */
  readonly unprotectedLoad: number | undefined
  readonly protectedLoad: number | undefined
  /** The same for people: a sentence. */
  readonly words: string
}

const free = { unprotected: undefined, protected: undefined, unprotectedLoad: undefined, protectedLoad: undefined }

/**
 * Gives each twin one core, and the clients others where there are enough. With two cores each twin shares its core with its own
 * clients and with nobody else: the twins still cannot disturb each other, and both bear the same burden.
 */
export function assign(allowed: readonly number[]): Cores {
  const [first, second, third, fourth = third] = allowed
  if (first === undefined || second === undefined) {
    return { ...free, words: 'Cores are shared: trust nothing but ratios.' }
  }
  const twins = { unprotected: first, protected: second }
  if (third === undefined) {
    return { ...twins, unprotectedLoad: first, protectedLoad: second, words: 'Each twin has a core, with its clients.' }
  }
  return {
    ...twins,
    unprotectedLoad: third,
    protectedLoad: fourth,
    words: 'Each twin has a core to itself.',
  }
}

/** Parses what `taskset -cp` says: `pid 7's current affinity list: 0-2,5`. */
export function parseAffinity(text: string): number[] {
  const list = /list: ([\d,-]+)/.exec(text)?.[1] ?? ''
  return list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number)
    if (from === undefined || to === undefined || part === '') return []
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

/** The cores that this process may use and can tell apart; none where there is no `taskset` (util-linux). */
export function allowedCores(): readonly number[] {
  if (process.platform !== 'linux') return []
  const asked = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  return asked.status === 0 && availableParallelism() >= 2 ? parseAffinity(asked.stdout) : []
}
