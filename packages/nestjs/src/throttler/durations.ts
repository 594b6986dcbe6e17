/** Durations in milliseconds, by name. */

/** `seconds(5)` is 5000. */
export function seconds(howMany: number): number {
  return howMany * 1000
}

/** `minutes(1)` is 60000. */
export function minutes(howMany: number): number {
  return seconds(howMany * 60)
}

/** `hours(1)` is 3600000. */
export function hours(howMany: number): number {
  return minutes(howMany * 60)
}

/** `days(1)` is 86400000. */
export function days(howMany: number): number {
  return hours(howMany * 24)
}

/** `weeks(1)` is 604800000. */
export function weeks(howMany: number): number {
  return days(howMany * 7)
}
