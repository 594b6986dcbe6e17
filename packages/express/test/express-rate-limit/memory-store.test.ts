/** The default store: windows per key, in bounded memory. */
import { MemoryStore } from '@spillway/express/express-rate-limit'
import type { MemoryStoreOptions, Options } from '@spillway/express/express-rate-limit'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld } from './support.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function create(windowMs: number, options: MemoryStoreOptions = {}): MemoryStore {
  const store = new MemoryStore(options)
  store.init({ windowMs } as Options)
  return store
}

describe('MemoryStore', () => {
  it('counts from the first hit of a key on, for one window', async () => {
    const store = create(1000)
    vi.advanceTimersByTime(300)
    const begin = Date.now()
    expect(await store.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(begin + 1000) })
    vi.advanceTimersByTime(999)
    expect(await store.increment('a')).toEqual({ totalHits: 2, resetTime: new Date(begin + 1000) })
    vi.advanceTimersByTime(1)
    expect(await store.get('a')).toBeUndefined()
    expect(await store.increment('a')).toEqual({ totalHits: 1, resetTime: new Date(begin + 2000) })
  })

  it('gives answers that do not change afterwards', async () => {
    const store = create(1000)
    const first = await store.increment('a')
    await store.increment('a')
    expect(first.totalHits).toBe(1)
  })

  it('forgets nobody who is still in his window, whenever the timer goes off', () => {
    // Against a model that remembers everything; time moves in steps that hit and miss the ends of windows.
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), ms: fc.constantFrom(0, 1, 49, 50, 99, 100, 101) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = create(100)
        const model = new Map<string, { totalHits: number; resetTime: Date }>()
        for (const { key, ms } of steps) {
          vi.advanceTimersByTime(ms)
          const before = model.get(key)
          const isOver = before === undefined || before.resetTime.getTime() <= Date.now()
          const after = isOver
            ? { totalHits: 1, resetTime: new Date(Date.now() + 100) }
            : { ...before, totalHits: before.totalHits + 1 }
          model.set(key, after)
          expect(store.hit(key)).toEqual(after)
        }
        store.shutdown()
      }),
    )
  })

  it('takes hits back, never below nothing, and makes nobody known by it', async () => {
    const store = create(1000)
    await store.decrement('a')
    expect(await store.get('a')).toBeUndefined()
    await store.increment('a')
    await store.decrement('a')
    await store.decrement('a')
    expect(await store.get('a')).toMatchObject({ totalHits: 0 })
  })

  it('drops keys that were not heard of in a window, with one timer for all', async () => {
    const store = create(1000)
    for (let i = 0; i < 100; i++) await store.increment(`${i}`)
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(2000)
    expect(store.current.size + store.previous.size).toBe(0)
    store.shutdown()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps windows longer than a timer of Node.js can wait', async () => {
    const store = create(2 ** 31 * 3)
    await store.increment('a')
    vi.advanceTimersByTime(2 ** 31 * 3 - 10)
    expect(await store.increment('a')).toMatchObject({ totalHits: 2 })
    vi.advanceTimersByTime(10)
    expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
    store.shutdown()
  })

  it.each(['__proto__', 'constructor', '', '\0', '\u{1f4a7}'])('counts the key %j as any other', async (key) => {
    const store = create(1000)
    expect(await store.increment(key)).toMatchObject({ totalHits: 1 })
    expect(await store.increment(key)).toMatchObject({ totalHits: 2 })
  })
})

describe('a MemoryStore that is full', () => {
  it('holds no more than maxKeys, and counts new keys together', async () => {
    const store = create(1000, { maxKeys: 3 })
    for (const key of ['a', 'b', 'c', 'd', 'e', 'd']) await store.increment(key)
    expect(store.current.size + store.previous.size).toBe(3)
    expect(await store.get('d')).toMatchObject({ totalHits: 3 })
    expect(await store.get('e')).toMatchObject({ totalHits: 3 })
  })

  it('frees nobody: who was counted stays counted, whatever comes', async () => {
    const store = create(1000, { maxKeys: 10 })
    for (let i = 0; i < 7; i++) await store.increment('blocked')
    for (let i = 0; i < 1000; i++) await store.increment(`flood ${i}`)
    expect(await store.increment('blocked')).toMatchObject({ totalHits: 8 })
  })

  it('makes room as soon as windows are over', async () => {
    const store = create(1000, { maxKeys: 2 })
    await store.increment('a')
    vi.advanceTimersByTime(500)
    await store.increment('b')
    vi.advanceTimersByTime(500) // the timer goes off; a is over, b is not
    expect(await store.increment('c')).toMatchObject({ totalHits: 1 })
    expect(store.current.has('c')).toBe(true)
    expect(await store.increment('b')).toMatchObject({ totalHits: 2 })
  })

  it('takes back what it counted together', async () => {
    const store = create(1000, { maxKeys: 1 })
    for (const key of ['a', 'b', 'c']) await store.increment(key)
    await store.decrement('b')
    expect(await store.get('c')).toMatchObject({ totalHits: 1 })
    await store.resetAll()
    expect(await store.get('c')).toBeUndefined()
  })
})

describe('options of MemoryStore', () => {
  it('are checked', () => {
    expect(() => new MemoryStore({ maxKeys: 0 })).toThrow('MemoryStore: option "maxKeys" must be an integer >= 1')
    expect(() => new MemoryStore({ max: 1 } as never)).toThrow('unknown option "max"')
    expect(() => new MemoryStore({ wallTime: 1 as never })).toThrow('option "wallTime"')
  })

  it('may bring their own time', async () => {
    vi.useRealTimers()
    const { clock, wallTime } = createWorld()
    const store = new MemoryStore({ wallTime })
    expect(await store.increment('a')).toEqual({ totalHits: 1, resetTime: wallTime(60_000) })
    await clock.advance(60_000)
    expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
  })
})
