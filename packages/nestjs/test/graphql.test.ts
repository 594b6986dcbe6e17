/** Resolvers, with the real driver of Apollo. */
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Injectable, UseGuards } from '@nestjs/common'
import type { Type } from '@nestjs/common'
import { Field, GraphQLModule, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql'
import { deferred } from '@spillway/http/conformance'
import { ConcurrencyLimit, Cost, RateLimit, Spillway, SpillwayGuard, SpillwayModule } from '@spillway/nestjs'
import { Throttle } from '@spillway/nestjs/throttler'
import { afterEach, describe, expect, it } from 'vitest'
import { moduleOf, type Running, start } from './app.ts'

const windowMs = 3_600_000
let held = deferred()
let entered = 0

@ObjectType()
class Item {
  @Field()
  id!: string
}

@Injectable()
@Resolver(() => Item)
class ItemResolver {
  @RateLimit({ limit: 2, windowMs })
  @UseGuards(SpillwayGuard)
  @Query(() => String)
  limited(): string {
    return 'in'
  }

  @Query(() => String)
  free(): string {
    return 'free'
  }

  @Cost(2)
  @RateLimit('shared')
  @Query(() => String)
  dear(): string {
    return 'dear'
  }

  @RateLimit('shared')
  @Query(() => String)
  cheap(): string {
    return 'cheap'
  }

  @Throttle({ default: { limit: 1, ttl: 600_000 } })
  @Query(() => String)
  throttled(): string {
    return 'in'
  }

  @Query(() => [Item])
  items(): Item[] {
    return ['1', '2', '3'].map((id) => ({ id }))
  }

  @ConcurrencyLimit('single')
  @ResolveField(() => String)
  async slow(@Parent() item: Item): Promise<string> {
    entered++
    await held.promise
    return `slow ${item.id}`
  }

  @ConcurrencyLimit('waiting')
  @ResolveField(() => String)
  async patient(@Parent() item: Item): Promise<string> {
    entered++
    await held.promise
    return `patient ${item.id}`
  }
}

interface Answer {
  readonly data: Record<string, unknown> | null
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[]
}

const module: Type = moduleOf({
  imports: [
    SpillwayModule.forRoot({
      rateLimits: { shared: { limit: 4, windowMs } },
      concurrencyLimits: { single: { limit: 1 }, waiting: { limit: 1, maxQueue: 5, maxWaitMs: 60_000 } },
    }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards'],
    }),
  ],
  providers: [ItemResolver],
})

describe('resolvers', () => {
  let running: Running
  afterEach(() => {
    held.resolve()
    return running.close()
  })

  async function ask(query: string, signal?: AbortSignal): Promise<Answer> {
    const body = JSON.stringify({ query })
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', body, headers, ...(signal !== undefined && { signal }) }
    return (await (await running.get('/graphql', init)).json()) as Answer
  }

  async function app(): Promise<Spillway> {
    held = deferred()
    entered = 0
    running = await start(module)
    return running.app.get(Spillway)
  }

  const inflight = (name: string): number => running.app.get(Spillway).concurrencyLimit(name).snapshot().inflight

  it('counts each call of a resolver, once however many guards it has', async () => {
    await app()
    const { data, errors = [] } = await ask('{ a: free b: free }')
    expect([data, errors]).toEqual([{ a: 'free', b: 'free' }, []])
    expect(await ask('{ limited }')).toEqual({ data: { limited: 'in' } })
    const second = await ask('{ limited }')
    expect(second.errors).toBeUndefined()
    const third = await ask('{ limited }')
    expect(third.data).toBeNull()
    expect(third.errors).toMatchObject([
      {
        extensions: {
          code: 'TOO_MANY_REQUESTS',
          reason: 'rate',
          policy: 'rate',
          retryAfterSeconds: expect.any(Number),
        },
      },
    ])
    expect(third.errors?.[0]?.message).toContain('quota has been exceeded')
  })

  it('honours throttlers, once however many guards there are', async () => {
    await app()
    expect((await ask('{ throttled }')).errors).toBeUndefined()
    expect((await ask('{ throttled }')).errors).toMatchObject([{ message: 'ThrottlerException: Too Many Requests' }])
  })

  it('is not passed by aliases', async () => {
    await app()
    const { errors } = await ask('{ a: limited b: limited c: limited }')
    expect(errors).toHaveLength(1)
  })

  it('charges what the decorator says, by the caller of the request', async () => {
    await app()
    expect((await ask('{ dear cheap }')).errors).toBeUndefined()
    expect((await ask('{ cheap }')).errors).toBeUndefined()
    expect((await ask('{ cheap }')).errors).toHaveLength(1)
  })

  it('asks the overload control once per request, not per resolver', async () => {
    const spillway = await app()
    const before = spillway.snapshot().overload?.decisions.admitted
    await ask('{ a: free b: free c: free items { id } }')
    expect(spillway.snapshot().overload?.decisions.admitted).toBe((before ?? 0) + 1)
  })

  it('holds one place for all resolvers of a request, until it is answered', async () => {
    await app()
    const first = ask('{ items { id slow } }')
    await expect.poll(() => entered).toBe(3)
    expect(inflight('single')).toBe(1)
    const second = await ask('{ items { id slow } }')
    expect(second.errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', reason: 'concurrency' })
    held.resolve()
    expect((await first).data).toMatchObject({ items: [{ slow: 'slow 1' }, { slow: 'slow 2' }, { slow: 'slow 3' }] })
    await expect.poll(() => inflight('single')).toBe(0)
    expect((await ask('{ items { slow } }')).errors).toBeUndefined()
  })

  it('gives the place back when the client leaves, running or waiting', async () => {
    await app()
    const runs = new AbortController()
    const waits = new AbortController()
    const first = ask('{ items { patient } }', runs.signal).catch((error: Error) => error.name)
    await expect.poll(() => entered).toBe(3)
    const second = ask('{ items { patient } }', waits.signal).catch((error: Error) => error.name)
    const waiting = (): number => running.app.get(Spillway).concurrencyLimit('waiting').snapshot().waiting
    await expect.poll(waiting).toBe(1)
    waits.abort()
    await expect.poll(waiting).toBe(0)
    runs.abort()
    await expect.poll(() => inflight('waiting')).toBe(0)
    expect([await first, await second]).toEqual(['AbortError', 'AbortError'])
  })

  it('lets all resolvers of a request that waited in together', async () => {
    await app()
    const first = ask('{ items { patient } }')
    await expect.poll(() => entered).toBe(3)
    const second = ask('{ items { patient } }')
    await expect.poll(() => running.app.get(Spillway).concurrencyLimit('waiting').snapshot().waiting).toBe(1)
    held.resolve()
    expect([(await first).errors, (await second).errors]).toEqual([undefined, undefined])
    await expect.poll(() => inflight('waiting')).toBe(0)
  })
})
