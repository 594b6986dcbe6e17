/** Child processes bound to one core, so that server and load do not take each other's time. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import process from 'node:process'

export interface PinnedOptions {
  /** Core to run on; `undefined` leaves it to the system. */
  readonly core?: number | undefined
  readonly args?: readonly string[]
  readonly execArgv?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

export interface PinnedChild {
  readonly child: ChildProcess
  /** Where it really runs: `undefined` where binding is not possible here. */
  readonly core: number | undefined
}

/** Asked once: a process that has bound itself to a core would believe that the machine has no other. */
let pinnable: boolean | undefined

/** Whether `taskset` is here and there are at least two cores to tell apart. Complains loudly, once, if not. */
export function canPin(): boolean {
  pinnable ??= lookForPinning()
  return pinnable
}

function lookForPinning(): boolean {
  const found = process.platform === 'linux' && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0
  const possible = found && availableParallelism() >= 2
  if (!possible) {
    const why = found ? 'this machine has one core' : 'taskset (util-linux) is missing'
    console.error(`\n*** NOT PINNED: ${why}. Server and load disturb each other: do not trust the figures. ***\n`)
  }
  return possible
}

/** Starts a TypeScript file of this package as a child with an IPC channel. */
export function spawnPinned(file: string, options: PinnedOptions = {}): PinnedChild {
  const node = ['--conditions=@spillway/source', '--disable-warning=ExperimentalWarning', ...(options.execArgv ?? [])]
  const line = [...node, file, ...(options.args ?? [])]
  const core = options.core !== undefined && canPin() ? options.core : undefined
  if (core !== undefined) line.unshift('-c', String(core), process.execPath)
  const child = spawn(core === undefined ? process.execPath : 'taskset', line, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: options.env ?? process.env,
  })
  return { child, core }
}

/** Binds this process to a core: for a bench that makes its closed-loop load itself. */
export function pinSelf(core: number): void {
  if (canPin()) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)], { stdio: 'ignore' })
}
