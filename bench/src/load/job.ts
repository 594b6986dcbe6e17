/** One offered request on its way through the generator. */
import type { SettledOptions } from './options.ts'
import { pickIndex, type Random } from './random.ts'
import type { Wire } from './wire.ts'

export interface Job {
  /** Due instant: latency counts from here, however late the generator or the server is. */
  readonly intendedMs: number
  /** The current try counts as unanswered after this. */
  readonly deadlineMs: number
  readonly phase: number
  readonly slice: number
  readonly priority: number
  readonly tenant: number
  readonly path: number
  readonly text: string
  triesLeft: number
  /** Where the current try flies; `undefined` while it waits for a free connection or for its next try. */
  wire: Wire | undefined
  /** The current try has ended. */
  settled: boolean
}

/** Makes jobs: draws path, priority and tenant, and keeps the request texts. */
export class JobMaker {
  readonly #options: SettledOptions
  readonly #random: Random
  readonly #texts: (string | undefined)[] = []

  constructor(options: SettledOptions, random: Random) {
    this.#options = options
    this.#random = random
  }

  make(intendedMs: number, phase: number, slice: number): Job {
    const { paths, priorities, tenants, timeoutMs, retries } = this.#options
    const path = paths.length > 1 ? pickIndex(paths, this.#random) : 0
    const priority = priorities.length > 1 ? pickIndex(priorities, this.#random) : 0
    const tenant = tenants.length > 1 ? pickIndex(tenants, this.#random) : 0
    const index = (path * Math.max(1, priorities.length) + priority) * Math.max(1, tenants.length) + tenant
    const text = (this.#texts[index] ??= this.#write(path, priority, tenant))
    const deadlineMs = intendedMs + timeoutMs
    const triesLeft = retries.tries
    return {
      intendedMs,
      deadlineMs,
      phase,
      slice,
      priority,
      tenant,
      path,
      text,
      triesLeft,
      wire: undefined,
      settled: false,
    }
  }

  #write(path: number, priority: number, tenant: number): string {
    const options = this.#options
    const lines = [`GET ${options.paths[path]?.path ?? '/'} HTTP/1.1`, `host: ${new URL(options.url).host}`]
    if (options.connections === 'fresh') lines.push('connection: close')
    const priorityName = options.priorities[priority]?.name
    const tenantName = options.tenants[tenant]?.name
    if (priorityName !== undefined) lines.push(`${options.priorityHeader}: ${priorityName}`)
    if (tenantName !== undefined) lines.push(`${options.tenantHeader}: ${tenantName}`)
    for (const [name, value] of Object.entries(options.headers)) lines.push(`${name}: ${value}`)
    return `${lines.join('\r\n')}\r\n\r\n`
  }
}
