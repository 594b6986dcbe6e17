/** A request that is only data, and a world of which tests own every part. */
import type { Environment, Quota, Rejection } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import type { Reader } from '@spillway/http'

export interface FakeRequest {
  readonly method?: string
  readonly peer?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

export const reader: Reader<FakeRequest> = {
  method: (req) => req.method ?? 'GET',
  url: () => '/',
  peerAddress: (req) => ('peer' in req ? req.peer : '192.0.2.1'),
  header: (req, name) => req.headers?.[name],
}

export interface FakeEnvironment extends Environment {
  readonly clock: VirtualClock
}

export function createEnvironment(random: () => number = () => 0): FakeEnvironment {
  const clock = new VirtualClock()
  return { clock, loop: clock, random, signals: [] }
}

/** Noon of a day, plus what is asked. */
export const wallTime = (inMs: number): Date => new Date(Date.UTC(2026, 0, 1, 12) + inMs)

export function quota(change: Partial<Quota> = {}): Quota {
  return { name: 'rate', limit: 100, windowMs: 60_000, remaining: 50, nextMs: 600, resetMs: 30_000, ...change }
}

export function rejection(change: Partial<Rejection> = {}): Rejection {
  return { reason: 'concurrency', limiter: 'overload', retryAfterMs: 1000, ...change }
}

/** Flat names and values as an object with names in lower case. */
export function toObject(flat: readonly string[] | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < (flat?.length ?? 0); i += 2) headers[String(flat?.[i]).toLowerCase()] = String(flat?.[i + 1])
  return headers
}
