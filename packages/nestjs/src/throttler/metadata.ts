/** What the decorators of @nestjs/throttler leave on classes and handlers, and decorators that leave the same. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds to Reflect, for us as for Nest
import 'reflect-metadata'
import type { ThrottlerMethodOrControllerOptions } from './options.ts'

/** Followed by the name of a throttler. */
const keys = {
  limit: 'THROTTLER:LIMIT',
  ttl: 'THROTTLER:TTL',
  blockDuration: 'THROTTLER:BLOCK_DURATION',
  getTracker: 'THROTTLER:TRACKER',
  generateKey: 'THROTTLER:KEY_GENERATOR',
} as const
const skipKey = 'THROTTLER:SKIP'

/** Where the metadata of a call is found: the handler goes before its class. */
export type Targets = readonly [handler: object, classRef: object]

function metadata(key: string, targets: Targets): unknown {
  for (const target of targets) {
    const value: unknown = Reflect.getMetadata(key, target)
    if (value !== undefined) return value
  }
  return undefined
}

/** What `@Throttle` says for a throttler. */
export function throttleOf(name: string, targets: Targets): ThrottlerMethodOrControllerOptions {
  const entries = Object.entries(keys).map(([option, key]) => [option, metadata(key + name, targets)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as ThrottlerMethodOrControllerOptions
}

/** Whether `@SkipThrottle` says so for a throttler. */
export function isSkipped(name: string, targets: Targets): boolean {
  return Boolean(metadata(skipKey + name, targets))
}

/** Names that `@Throttle` mentions. */
export function throttleNames(targets: Targets): readonly string[] {
  const names = targets.flatMap((target) =>
    (Reflect.getMetadataKeys(target) as readonly unknown[]).flatMap((key) =>
      typeof key === 'string' && key.startsWith(keys.limit) ? [key.slice(keys.limit.length)] : [],
    ),
  )
  return [...new Set(names)]
}

type ThrottleDecorator = MethodDecorator & ClassDecorator

function defining(entries: readonly (readonly [string, unknown])[]): ThrottleDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const place = (descriptor?.value as object | undefined) ?? target
    for (const [key, value] of entries) Reflect.defineMetadata(key, value, place)
  }
}

/** Sets limits of throttlers by name: `@Throttle({ default: { limit: 3, ttl: seconds(60) } })`. The same as that of @nestjs/throttler. */
export function Throttle(options: Readonly<Record<string, ThrottlerMethodOrControllerOptions>>): ThrottleDecorator {
  return defining(
    Object.entries(options).flatMap(([name, each]) =>
      Object.entries(keys).map(
        ([option, key]) => [key + name, each[option as keyof ThrottlerMethodOrControllerOptions]] as const,
      ),
    ),
  )
}

/** Skips throttlers by name; without names the one called `default`. The same as that of @nestjs/throttler. */
export function SkipThrottle(skip: Readonly<Record<string, boolean>> = { default: true }): ThrottleDecorator {
  return defining(Object.entries(skip).map(([name, value]) => [skipKey + name, value] as const))
}
