/** The few pieces of RFC 9651 (structured fields) that quotas need. */

/** Largest integer that a structured field can carry (RFC 9651 §3.3.1). */
const maxInteger = 999_999_999_999_999

/** Longest name of a policy that is sent. */
const maxNameLength = 128

/** What of a name can be sent: printable ASCII. Everything else, line breaks above all, is dropped. */
export function printable(name: string): string {
  return name.replaceAll(/[^\u0020-\u007e]/g, '').slice(0, maxNameLength)
}

/** A String: quotes and backslashes escaped, whatever cannot be sent dropped. */
export function sfString(name: string): string {
  return `"${printable(name).replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** A non-negative Integer: rounded down, clamped, never NaN. */
export function sfInteger(value: number): string {
  return value >= 1 ? String(Math.min(Math.floor(value), maxInteger)) : '0'
}

/** Milliseconds as whole seconds, rounded up: never earlier than the truth. */
export function toSeconds(ms: number): number {
  const seconds = Math.ceil(ms / 1000)
  // The quotient itself may have been rounded down.
  return seconds * 1000 < ms ? seconds + 1 : seconds
}
