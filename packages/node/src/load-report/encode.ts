/** Load reports in the forms that balancers read: ORCA, `xds.data.orca.v3.OrcaLoadReport`. */

/** What a server says of its load. What is not known is left out, and so is what is no finite number >= 0. */
export interface LoadReport {
  /** The part of what the process can serve that is used: 1 is all of it, more is beyond. What balancers weigh by, where it is known. */
  readonly applicationUtilization?: number | undefined
  /** Processor time used, in cores: 1 is all that a JavaScript thread can use. */
  readonly cpuUtilization?: number | undefined
  /** Memory used over memory allowed; at most 1. */
  readonly memUtilization?: number | undefined
  /** Requests per second. */
  readonly rpsFractional?: number | undefined
  /** Errors per second. */
  readonly eps?: number | undefined
  /** Measures of one's own, any finite numbers, by names of letters, digits, `_`, `.` and `-`; at most 32, others are left out. */
  readonly namedMetrics?: Readonly<Record<string, number>> | undefined
}

/** How a report is written: in a header of its own as base64 of the message, or with a prefix that names the form. */
export type LoadReportFormat = 'bin' | 'text' | 'json'

/** Name and value of the header. */
export type LoadReportHeader = readonly [name: 'endpoint-load-metrics' | 'endpoint-load-metrics-bin', value: string]

/** Numbers of the message's fields, each a double; wire names in the order of the message. */
const fields = {
  cpu_utilization: 1,
  mem_utilization: 2,
  rps_fractional: 6,
  eps: 7,
  application_utilization: 9,
} as const
const namedMetricsField = 8
const mostNamed = 32
const validName = /^[\w.-]{1,128}$/

/** Writes a report; `undefined` if nothing of it can be told. */
export function encodeLoadReport(report: LoadReport, format: LoadReportFormat): LoadReportHeader | undefined {
  const known = knownOf(report)
  const named = namedOf(report.namedMetrics)
  if (known.length + named.length === 0) return undefined
  if (format === 'bin') return ['endpoint-load-metrics-bin', btoa(String.fromCharCode(...toMessage(known, named)))]
  if (format === 'text') {
    const pairs = [...known, ...named.map(([name, value]) => [`named_metrics.${name}`, value] as const)]
    return ['endpoint-load-metrics', `TEXT ${pairs.map(([name, value]) => `${name}=${value}`).join(', ')}`]
  }
  const document = {
    ...Object.fromEntries(known),
    ...(named.length > 0 && { named_metrics: Object.fromEntries(named) }),
  }
  return ['endpoint-load-metrics', `JSON ${JSON.stringify(document)}`]
}

type Field = keyof typeof fields

function knownOf(report: LoadReport): (readonly [Field, number])[] {
  const values: Readonly<Record<Field, number | undefined>> = {
    application_utilization: report.applicationUtilization,
    cpu_utilization: report.cpuUtilization,
    mem_utilization: report.memUtilization === undefined ? undefined : Math.min(1, report.memUtilization),
    rps_fractional: report.rpsFractional,
    eps: report.eps,
  }
  // why: one number that is none makes readers throw the whole report away.
  return (Object.entries(values) as [Field, number | undefined][]).flatMap(([name, value]) =>
    value !== undefined && value >= 0 && value < Infinity ? [[name, rounded(value)] as const] : [],
  )
}

function namedOf(metrics: Readonly<Record<string, number>> = {}): (readonly [string, number])[] {
  return Object.entries(metrics)
    .filter(([name, value]) => validName.test(name) && Number.isFinite(value))
    .slice(0, mostNamed)
    .map(([name, value]) => [name, rounded(value)])
}

/** Six digits: more are noise, and cost bytes. Never written with an exponent. */
function rounded(value: number): number {
  const shown = Math.abs(value) < 1e15 ? Math.round(value * 1e6) / 1e6 : Math.sign(value) * 1e15
  return shown + 0 // no negative zero
}

/** The message, by hand: a key of one byte, and eight bytes of a double; an entry of a map is a message of name and value. */
function toMessage(known: (readonly [Field, number])[], named: (readonly [string, number])[]): number[] {
  const fixed = known
    .toSorted(([a], [b]) => fields[a] - fields[b])
    .flatMap(([name, value]) => double(fields[name], value))
  const entries = named.flatMap(([name, value]) => {
    const entry = [...text(1, name), ...double(2, value)]
    return [(namedMetricsField << 3) | 2, ...varint(entry.length), ...entry]
  })
  return [...fixed, ...entries]
}

function double(field: number, value: number): number[] {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setFloat64(0, value, true)
  return [(field << 3) | 1, ...new Uint8Array(bytes.buffer)]
}

/** A name; those that are valid are ASCII. */
function text(field: number, name: string): number[] {
  return [(field << 3) | 2, ...varint(name.length), ...Array.from(name, (character) => character.charCodeAt(0))]
}

/** Lengths here are below 2^14. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, value >> 7]
}
