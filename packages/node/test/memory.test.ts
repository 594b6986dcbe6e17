/** Heap, garbage collection and the memory of the process from injected counters. */
import { VirtualClock } from '@spillway/core/testing'
import { gcSignal, heapSignal, memoryLimitBytes, memorySignal, Sampler, type CollectionSource } from '@spillway/node'
import { describe, expect, it } from 'vitest'

describe('heapSignal', () => {
  it('is 1 when the heap is as full as its limit says', async () => {
    const clock = new VirtualClock()
    const heap = () => ({ usedBytes: 90, limitBytes: 100 })
    const signal = heapSignal({ heap, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(250)
    expect([signal.reading, signal.pressure(250)]).toEqual([0.9, 1])
  })

  for (const limitBytes of [0, -1, NaN, 2 ** 60, undefined]) {
    it(`is 0 where the limit of the heap is ${limitBytes}, which means none`, async () => {
      const clock = new VirtualClock()
      const signal = heapSignal({ heap: () => ({ usedBytes: 90, limitBytes }), sampler: new Sampler(clock) })
      signal.start()
      await clock.advance(250)
      expect(signal.pressure(250)).toBe(0)
    })
  }
})

describe('gcSignal', () => {
  function collector(): {
    collections: CollectionSource
    collect: (ms: number, major?: boolean) => void
    stopped: () => boolean
  } {
    let listener: ((ms: number, major: boolean) => void) | undefined
    return {
      collections: (onCollection) => {
        listener = onCollection
        return () => (listener = undefined)
      },
      collect: (ms, major = false) => listener?.(ms, major),
      stopped: () => listener === undefined,
    }
  }

  it('is the share of the last window that collections took, over its limit', async () => {
    const clock = new VirtualClock()
    const { collections, collect } = collector()
    const signal = gcSignal({ collections, limit: 0.5, sampler: new Sampler(clock) })
    signal.start()
    collect(100)
    collect(150)
    await clock.advance(1000)
    expect(signal.pressure(1000)).toBe(0.5)
    await clock.advance(1000)
    expect(signal.pressure(2000)).toBe(0)
  })

  it('is what survives a full collection if that is worse, and stays so until the next', async () => {
    const clock = new VirtualClock()
    const { collections, collect } = collector()
    const heap = { usedBytes: 80, limitBytes: 100 }
    const signal = gcSignal({ collections, liveLimit: 0.8, heap: () => heap, sampler: new Sampler(clock) })
    signal.start()
    collect(1, true)
    await clock.advance(5000)
    expect(signal.pressure(5000)).toBe(1)
    heap.usedBytes = 20
    collect(1)
    await clock.advance(1000)
    expect(signal.pressure(6000)).toBe(1)
    collect(0, true)
    await clock.advance(1000)
    expect(signal.pressure(7000)).toBeCloseTo(0.25)
  })

  it('is where both will be if what survives goes on growing, before either is at its limit', async () => {
    const clock = new VirtualClock()
    const { collections, collect } = collector()
    const heap = { usedBytes: 500, limitBytes: 1000 }
    const signal = gcSignal({ collections, heap: () => heap, sampler: new Sampler(clock) })
    signal.start()
    const seen: number[] = []
    for (let i = 0; i < 10; i++) {
      heap.usedBytes = 500 + 20 * i
      collect(15, true)
      await clock.advance(100)
      seen.push(signal.pressure(clock.now()))
    }
    // 0.68 of 0.85 is alive, and 0.15 of 0.3 of the time was spent.
    expect(seen[0]).toBeLessThan(0.6)
    expect(seen.at(-1)).toBeGreaterThan(1)
    const patient = gcSignal({ collections, heap: () => heap, horizonMs: 100, sampler: new Sampler(clock) })
    patient.start()
    for (let i = 0; i < 10; i++) {
      heap.usedBytes = 500 + 20 * i
      collect(15, true)
      await clock.advance(100)
    }
    expect(patient.pressure(clock.now())).toBeLessThan(0.9)
  })

  it('goes by time alone where the heap cannot be read', async () => {
    const clock = new VirtualClock()
    for (const heap of [() => undefined, () => expect.unreachable(), () => ({ usedBytes: 5, limitBytes: undefined })]) {
      const { collections, collect } = collector()
      const signal = gcSignal({ collections, heap, sampler: new Sampler(clock) })
      signal.start()
      collect(150, true)
      await clock.advance(100)
      expect(signal.pressure(clock.now())).toBeCloseTo(0.5, 9)
      signal.stop()
    }
  })

  it('knows nothing of before it was stopped', async () => {
    const clock = new VirtualClock()
    const { collections, collect } = collector()
    const signal = gcSignal({
      collections,
      heap: () => ({ usedBytes: 90, limitBytes: 100 }),
      sampler: new Sampler(clock),
    })
    signal.start()
    collect(100, true)
    await clock.advance(100)
    expect(signal.pressure(100)).toBeGreaterThan(1)
    signal.stop()
    signal.start()
    await clock.advance(100)
    expect(signal.pressure(200)).toBe(0)
  })

  it.each([
    [{ horizonMs: 99 }, 'gcSignal: option "horizonMs" must be a number >= 100'],
    [{ limit: 0 }, 'gcSignal: option "limit"'],
    [{ horizon: 1 }, 'gcSignal: unknown option "horizon"'],
  ])('complains about %j', (options, complaint) => {
    expect(() => gcSignal(options as object)).toThrow(complaint)
  })

  it('stops listening', () => {
    const { collections, stopped } = collector()
    const signal = gcSignal({ collections, sampler: new Sampler(new VirtualClock()) })
    signal.start()
    expect(stopped()).toBe(false)
    signal.stop()
    expect(stopped()).toBe(true)
  })
})

describe('memorySignal', () => {
  it('is the resident set over the limit', async () => {
    const clock = new VirtualClock()
    const signal = memorySignal({ rss: () => 450, limitBytes: 1000, limit: 0.9, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(500)
    expect([signal.reading, signal.pressure(500)]).toEqual([0.45, 0.5])
  })

  it('is 0 where the limit is only a way to say none', async () => {
    const clock = new VirtualClock()
    const signal = memorySignal({ rss: () => 450, limitBytes: 1.84e19, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(500)
    expect(signal.pressure(500)).toBe(0)
  })
})

describe('memoryLimitBytes', () => {
  function limit(files: Record<string, string>, constrained?: number): number | undefined {
    const readFile = (path: string): string => {
      const text = files[path]
      if (text === undefined) throw new Error(`ENOENT: ${path}`)
      return text
    }
    return memoryLimitBytes({ readFile, constrainedMemory: () => constrained })
  }

  it('is the smallest of the limits of a version 2 group and its parents', () => {
    const files = {
      '/proc/self/cgroup': '0::/pod/app\n',
      '/sys/fs/cgroup/pod/app/memory.max': 'max\n',
      '/sys/fs/cgroup/pod/app/memory.high': '700\n',
      '/sys/fs/cgroup/pod/memory.max': '500\n',
    }
    expect(limit(files)).toBe(500)
    expect(limit(files, 400)).toBe(400)
  })

  it('finds the root of a container whose path is the host’s', () => {
    const files = { '/proc/self/cgroup': '0::/../../host/path\n', '/sys/fs/cgroup/memory.max': '600' }
    expect(limit(files)).toBe(600)
  })

  it('reads version 1 groups, whose "unlimited" is a number', () => {
    const cgroup = '11:cpu,cpuacct:/x\n7:memory:/docker/abc\n'
    const path = '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes'
    expect(limit({ '/proc/self/cgroup': cgroup, [path]: '1073741824\n' })).toBe(1_073_741_824)
    expect(limit({ '/proc/self/cgroup': cgroup, [path]: '9223372036854771712\n' })).toBeUndefined()
  })

  for (const constrained of [undefined, 0, 1.84e19, 9.22e18, NaN]) {
    it(`is undefined without files and with ${constrained} from the runtime`, () => {
      expect(limit({}, constrained)).toBeUndefined()
    })
  }

  it('is undefined where the runtime throws', () => {
    const broken = (): never => {
      throw new Error('not implemented')
    }
    expect(memoryLimitBytes({ readFile: broken, constrainedMemory: broken })).toBeUndefined()
  })
})
