/** Takes a server out of rotation by the answers to real requests, as long as not too many are out. */
import type { Millis } from '../../ticket.ts'
import type { OutlierEjection } from './options.ts'

/** What is known of one server. */
interface Record {
  row: number
  ejections: number
  until: Millis
}

export class Outliers {
  readonly #options: Required<OutlierEjection>
  readonly #records: readonly Record[]

  constructor(options: Required<OutlierEjection>, servers: number) {
    this.#options = options
    this.#records = Array.from({ length: servers }, () => ({ row: 0, ejections: 0, until: -Infinity }))
  }

  /** Whether it is out. */
  isEjected(server: number, now: Millis): boolean {
    return now < (this.#records[server]?.until ?? -Infinity)
  }

  /** Takes an answer; tells until when the server is out if this was one too many. */
  observe(server: number, ending: 'served' | 'refused' | 'lost', now: Millis): Millis | undefined {
    const { failures, ejectMs, countsRefusals } = this.#options
    const record = this.#records[server]
    if (record === undefined || this.isEjected(server, now)) return undefined
    const failed = ending === 'lost' || (ending === 'refused' && countsRefusals)
    record.row = failed ? record.row + 1 : 0
    if (record.row < failures || !this.#mayEject(now)) return undefined
    record.row = 0
    record.ejections++
    record.until = now + ejectMs * record.ejections
    return record.until
  }

  #mayEject(now: Millis): boolean {
    const out = this.#records.filter(({ until }) => now < until).length
    return out === 0 || out + 1 <= this.#records.length * this.#options.maxEjectedFraction
  }
}
