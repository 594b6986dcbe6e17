/** Measures what load reports say, and puts them on answers. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkFunction, checkKnown, checkOneOf, RateMeter } from '@spillway/core'
import type { Clock, Millis, OverloadSnapshot } from '@spillway/core'
import { utilizationOf } from '@spillway/http'
import { memoryLimitBytes } from '../memory-limit.ts'
import { attempt, hostProcess, realLimit } from '../runtime.ts'
import { encodeLoadReport, type LoadReport, type LoadReportFormat, type LoadReportHeader } from './encode.ts'

/** Options of load reports. */
export interface LoadReportOptions {
  /** Default `bin`, which all readers know. A caller that sends `endpoint-load-metrics-format` gets the form it asks for. */
  readonly format?: LoadReportFormat
  /**
   * Who may know: default everybody, so give it unless whatever stands at the edge takes the header away. A report tells an attacker how
   * well an attack goes. One that throws says no.
   */
  readonly trusted?: (req: IncomingMessage) => boolean
  /** Measures of your own, asked about four times a second. What throws is left out. */
  readonly namedMetrics?: () => Readonly<Record<string, number>>
}

/** Puts reports on the answers of a server. */
export interface LoadReporter {
  /** Before anybody answers. */
  request(req: IncomingMessage, res: ServerResponse): void
  /** Makes a new report, at the end of each period. */
  sample(now: Millis, load: OverloadSnapshot): void
}

const formats: readonly LoadReportFormat[] = ['bin', 'text', 'json']
const formatHeader = 'endpoint-load-metrics-format'

/** How quickly rates follow. */
const timeConstantMs: Millis = 2000

class Reporter implements LoadReporter {
  readonly #format: LoadReportFormat
  readonly #trusted: (req: IncomingMessage) => boolean
  readonly #named: () => Readonly<Record<string, number>>
  readonly #clock: Clock
  readonly #requests: RateMeter
  readonly #errors: RateMeter
  readonly #limitBytes: number | undefined = realLimit(memoryLimitBytes())
  readonly #headers = new Map<LoadReportFormat, LoadReportHeader | undefined>()
  #cpuMs = cpuMs()
  #sampledAt: Millis
  readonly #onFinish: (this: ServerResponse) => void

  constructor(options: LoadReportOptions, clock: Clock) {
    const owner = 'protectServer: loadReports'
    checkKnown(owner, options, ['format', 'trusted', 'namedMetrics'])
    this.#format = checkOneOf(owner, 'format', options.format ?? 'bin', formats)
    this.#trusted = checkFunction(owner, 'trusted', options.trusted ?? (() => true))
    this.#named = checkFunction(owner, 'namedMetrics', options.namedMetrics ?? (() => ({})))
    this.#clock = clock
    const startAt = (this.#sampledAt = clock.now())
    const errors = (this.#errors = new RateMeter({ timeConstantMs, startAt }))
    this.#requests = new RateMeter({ timeConstantMs, startAt })
    this.#onFinish = function countErrors(this: ServerResponse) {
      if (this.statusCode >= 500) errors.add(clock.now())
    }
  }

  request(req: IncomingMessage, res: ServerResponse): void {
    this.#requests.add(this.#clock.now())
    res.on('finish', this.#onFinish)
    if (this.#headers.size === 0 || attempt(() => this.#trusted(req)) !== true) return
    const header = this.#headers.get(this.#formatFor(req))
    if (header !== undefined) res.setHeader(header[0], header[1])
  }

  sample(now: Millis, load: OverloadSnapshot): void {
    const spentMs = cpuMs()
    const elapsedMs = now - this.#sampledAt
    const report: LoadReport = {
      applicationUtilization: utilizationOf(load),
      cpuUtilization: elapsedMs > 0 ? (spentMs - this.#cpuMs) / elapsedMs : undefined,
      memUtilization: this.#limitBytes === undefined ? undefined : rssBytes() / this.#limitBytes,
      rpsFractional: this.#requests.perSecond(now),
      eps: this.#errors.perSecond(now),
      namedMetrics: attempt(() => this.#named()) ?? {},
    }
    this.#cpuMs = spentMs
    this.#sampledAt = now
    for (const format of formats) this.#headers.set(format, encodeLoadReport(report, format))
  }

  #formatFor(req: IncomingMessage): LoadReportFormat {
    const asked = req.headers[formatHeader]
    if (typeof asked !== 'string') return this.#format
    return formats.find((format) => format === asked.toLowerCase()) ?? this.#format
  }
}

/** Makes a reporter; `undefined` for no options. Throws a TypeError or RangeError that names the option. */
export function createLoadReporter(options: LoadReportOptions | undefined, clock: Clock): LoadReporter | undefined {
  return options === undefined ? undefined : new Reporter(options, clock)
}

function cpuMs(): Millis {
  const { user = NaN, system = NaN } = attempt(() => hostProcess()?.cpuUsage?.()) ?? {}
  return (user + system) / 1000
}

function rssBytes(): number {
  return attempt(() => hostProcess()?.memoryUsage?.rss?.()) ?? NaN
}
