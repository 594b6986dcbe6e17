/** Laws of the executor: random lives against a naive model that looks at every millisecond. */
import {
  ConcurrencyLimiter,
  Executor,
  Fifo,
  isOverloadError,
  SettableLimit,
  type ExecutorOptions,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Model, type Settings } from './model.ts'

interface Step {
  readonly kind: 'run' | 'done' | 'failed' | 'abort' | 'advance' | 'pause' | 'resume' | 'limit'
  readonly n: number
  readonly priority: number
  readonly timeoutMs: number | undefined
  readonly throws: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('run' as const) },
    { weight: 5, arbitrary: fc.constantFrom('done' as const, 'failed' as const, 'advance' as const) },
    { weight: 2, arbitrary: fc.constant('abort' as const) },
    { weight: 1, arbitrary: fc.constantFrom('pause' as const, 'resume' as const, 'limit' as const) },
  ),
  n: fc.nat(20),
  priority: fc.nat(3),
  timeoutMs: fc.constantFrom(3, 10, 25, undefined, undefined, undefined),
  throws: fc.nat(9).map((n) => n === 0),
})

const settings = fc.record({
  limit: fc.integer({ min: 1, max: 4 }),
  maxQueue: fc.integer({ min: 0, max: 6 }),
  maxWaitMs: fc.constantFrom(12, Infinity),
  holdUntilEnded: fc.boolean(),
})

class World {
  readonly clock = new VirtualClock()
  readonly starts: number[] = []
  readonly ends: string[] = []
  readonly heard = new Map<number, number>()
  readonly ways: Array<{ resolve: () => void; reject: (error: Error) => void } | undefined> = []
  readonly aborts: Array<AbortController | undefined> = []
  readonly executor: Executor
  readonly model: Model
  readonly limit: SettableLimit
  mostRunning = 0
  isPlain = false

  constructor(model: Model, options: (world: World) => ExecutorOptions) {
    this.model = model
    this.limit = new SettableLimit(model.settings.limit)
    const { maxWaitMs, holdUntilEnded } = model.settings
    this.executor = new Executor({ ...options(this), maxWaitMs, holdUntilEnded, clock: this.clock })
  }

  run({ n, priority, timeoutMs, throws }: Step): void {
    const id = this.heard.size
    // Said nothing of: the shortest way through.
    const plain = n % 3 === 0
    this.model.run(id, {
      priority: plain ? 1 : priority,
      timeoutMs: plain ? Infinity : (timeoutMs ?? Infinity),
      throws,
    })
    this.heard.set(id, 0)
    const abort = new AbortController()
    this.aborts.push(plain ? undefined : abort)
    this.ways.push(undefined)
    const job = (): Promise<string> => {
      this.starts.push(id)
      this.mostRunning = Math.max(this.mostRunning, this.executor.running)
      if (throws) throw new Error('thrown')
      return new Promise((resolve, reject) => (this.ways[id] = { resolve: () => resolve('done'), reject }))
    }
    const options = { priority, signal: abort.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
    this.executor.run(job, plain ? undefined : options).then(
      (value) => this.#hear(id, value),
      (error: unknown) => this.#hear(id, nameOf(error)),
    )
  }

  end(id: number, how: 'done' | 'failed'): void {
    if (how === 'done') this.ways[id]!.resolve()
    else this.ways[id]!.reject(new Error('failed'))
    this.model.end(id, how)
  }

  abort(id: number): void {
    if (this.aborts[id] === undefined) return
    this.aborts[id].abort()
    this.model.abort(id)
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms)
    this.model.advance(ms)
  }

  pause(paused: boolean): void {
    if (paused) this.executor.pause()
    this.model.paused = paused
    if (!paused) this.executor.resume()
    this.model.dispatch()
  }

  #hear(id: number, what: string): void {
    this.heard.set(id, this.heard.get(id)! + 1)
    this.ends.push(`${id}@${this.clock.now()} ${what}`)
  }
}

function nameOf(error: unknown): string {
  if (isOverloadError(error)) return error.rejection.reason
  const { name, message } = error as Error
  if (name === 'TimeoutError') return 'timeout'
  return name === 'AbortError' ? 'aborted' : message
}

async function take(world: World, { kind, n, ...rest }: Step): Promise<void> {
  const { executor, model } = world
  const going = [...model.running.map((one) => one.id), ...model.zombies]
  if (kind === 'run') world.run({ kind, n, ...rest })
  else if ((kind === 'done' || kind === 'failed') && going.length > 0) world.end(going[n % going.length]!, kind)
  else if (kind === 'abort') world.abort(n)
  else if (kind === 'advance') await world.advance(n)
  else if (kind === 'pause' || kind === 'resume') world.pause(kind === 'pause')
  else if (kind === 'limit') {
    model.settings.limit = 1 + (n % 4)
    world.limit.set(model.settings.limit)
    if (world.isPlain) executor.update({ concurrency: model.settings.limit })
    else executor.wake()
    model.dispatch()
  }
  await world.clock.flush()
}

function compare({ starts, ends, executor, model }: World): void {
  expect(starts).toEqual(model.starts)
  expect(ends.toSorted()).toEqual(model.ends.toSorted())
  expect(executor.running).toBe(model.held)
  expect(executor.waiting).toBe(model.waiting.length)
  expect(executor.abandoned).toBe(model.zombies.length)
}

/** Whatever is left ends; then everybody has heard exactly once, and nothing is held. */
async function finish(world: World, closes: boolean): Promise<void> {
  const { executor, model, clock } = world
  world.pause(false)
  const over = closes ? executor.close() : executor.drain()
  if (closes) model.close()
  for (let left = model.waiting.length + model.running.length + model.zombies.length; left > 0; left--) {
    const id = model.running[0]?.id ?? model.zombies[0]
    if (id !== undefined) world.end(id, 'done')
    await clock.flush()
  }
  await over
  compare(world)
  expect([...world.heard.values()].every((times) => times === 1)).toBe(true)
  expect([executor.running, executor.waiting, executor.abandoned]).toEqual([0, 0, 0])
  expect(world.mostRunning).toBeLessThanOrEqual(4)
  await expect(executor.run(() => 1)).rejects.toMatchObject({ rejection: { reason: 'draining' } })
}

const ways: ReadonlyArray<[string, Partial<Settings>, (world: World, settings: Settings) => ExecutorOptions]> = [
  ['a limit', { classes: true }, ({ limit }, { maxQueue }) => ({ limit, maxQueue })],
  [
    'any limiter',
    { classes: true },
    ({ limit }, { maxQueue }) => ({ limiter: checked(new ConcurrencyLimiter(limit)), maxQueue }),
  ],
  [
    'another discipline',
    { classes: false },
    ({ limit }, { maxQueue }) => ({ limit, discipline: new Fifo({ capacity: maxQueue }) }),
  ],
]

test.each(ways)('does what a naive executor would do with %s', async (_name, fixed, options) => {
  await fc.assert(
    fc.asyncProperty(settings, fc.array(step, { maxLength: 60 }), fc.boolean(), async (given, steps, closes) => {
      const all: Settings = { ...given, classes: true, ...fixed }
      const world = new World(new Model(all), (self) => options(self, all))
      for (const one of steps) {
        await take(world, one)
        compare(world)
      }
      await finish(world, closes)
      expect(world.clock.pending).toBe(0)
    }),
    { numRuns: 150 },
  )
})

test('does what a naive executor would do with a plain number, through which the shortest way goes', async () => {
  await fc.assert(
    fc.asyncProperty(settings, fc.array(step, { maxLength: 60 }), fc.boolean(), async (given, steps, closes) => {
      const all: Settings = { ...given, maxWaitMs: Infinity, classes: true }
      const world = new World(new Model(all), () => ({ concurrency: all.limit, maxQueue: all.maxQueue }))
      world.isPlain = true
      for (const one of steps) {
        await take(world, one)
        compare(world)
      }
      await finish(world, closes)
    }),
    { numRuns: 150 },
  )
})
