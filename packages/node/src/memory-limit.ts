/** How much memory this process may use before the kernel kills it. */
import { attempt, builtins, hostProcess, realLimit } from './runtime.ts'

/** What the limit is found from; tests inject their own. */
export interface MemoryLimitSources {
  /** Reads a small text file; throws or returns `undefined` if it is not there. */
  readonly readFile: (path: string) => string | undefined
  /** The runtime's own idea; see `process.constrainedMemory`. */
  readonly constrainedMemory: () => number | undefined
}

const hostSources: MemoryLimitSources = {
  readFile: (path) => builtins.fs()?.readFileSync(path, 'utf8'),
  constrainedMemory: () => hostProcess()?.constrainedMemory?.(),
}

/**
 * The smallest limit that holds for this process in bytes: of its control groups (version 2 with all their parents, or version 1) and of
 * what the runtime knows. `undefined` if there is none: 0, "max" and numbers beyond 2^53 stand for that.
 */
export function memoryLimitBytes(sources: MemoryLimitSources = hostSources): number | undefined {
  const read = (path: string): string | undefined => attempt(() => sources.readFile(path))
  const limits = [attempt(sources.constrainedMemory)]
  for (const path of limitFiles(read('/proc/self/cgroup') ?? '')) limits.push(toBytes(read(path)))
  const real = limits.map(realLimit).filter((limit) => limit !== undefined)
  return real.length === 0 ? undefined : Math.min(...real)
}

function toBytes(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined
}

/** Files that may hold a limit, from the lines of `/proc/self/cgroup`: `id:controllers:path`. */
function limitFiles(groups: string): string[] {
  const files: string[] = []
  for (const line of groups.split('\n')) {
    const [id, controllers, ...rest] = line.trim().split(':')
    const path = rest.join(':')
    if (id === '0' && controllers === '') {
      for (const folder of withParents(path)) {
        files.push(`/sys/fs/cgroup${folder}/memory.max`, `/sys/fs/cgroup${folder}/memory.high`)
      }
    } else if (controllers?.split(',').includes('memory') === true) {
      for (const folder of withParents(path)) files.push(`/sys/fs/cgroup/memory${folder}/memory.limit_in_bytes`)
    }
  }
  return files
}

/** Deepest nesting that is followed: what stands in the file is not ours. */
const deepest = 32

/** `/a/b` gives `/a/b`, `/a` and the root. Inside a container the path may be the host's, so the root is always tried. */
function withParents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  const folders = ['']
  for (const part of parts.slice(0, deepest)) folders.unshift(`${folders[0]}/${part}`)
  return folders
}
