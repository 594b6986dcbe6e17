/** The limit of Envoy's gradient controller: rule by rule, and beside one with a timer that is played millisecond by millisecond. */
import { EnvoyGradientLimit, type EnvoyGradientOptions } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { WindowQuantile } from '../../../src/estimate/window-quantile.ts'

const feed = (limit: EnvoyGradientLimit, fromMs: number, untilMs: number, rttMs: number): void => {
  for (let now = fromMs; now < untilMs; now++) limit.sample(now, rttMs)
}

/** A limit that has measured 20 ms until 50, and starts its first window there. */
function measured(options: EnvoyGradientOptions = {}): EnvoyGradientLimit {
  const limit = new EnvoyGradientLimit({ random: () => 0, ...options })
  feed(limit, 1, 51, 20)
  return limit
}

describe('EnvoyGradientLimit', () => {
  it('begins with a probe: so many may run, until so many have ended', () => {
    const limit = new EnvoyGradientLimit({ initialLimit: 30, probeConcurrency: 5, probeSamples: 10 })
    feed(limit, 1, 10, 20)
    expect(limit.value).toBe(5)
    expect(limit.snapshot()).toMatchObject({ phase: 'probe', limit: 30, minRttMs: 0 })
    limit.sample(10, 20)
    expect(limit.value).toBe(30)
    expect(limit.snapshot()).toMatchObject({ phase: 'track', limit: 30, minRttMs: 20 })
  })

  it('takes for the unloaded round trip the percentile of the probe', () => {
    const limit = new EnvoyGradientLimit({ probeSamples: 10, percentile: 0.3 })
    for (let i = 1; i <= 10; i++) limit.sample(i * 100, 10 * i)
    expect(limit.snapshot()['minRttMs']).toBeCloseTo(30, 0)
  })

  it.each([
    ['as long as unloaded', 20, 1.25],
    ['a quarter longer', 25, 1],
    ['twice as long', 40, 0.625],
    ['longer than can count', 1000, 0.5],
    ['shorter than can count', 1, 2],
  ])('multiplies by the gradient where a round trip is %s, and adds the root', (_how, rttMs, gradient) => {
    const limit = measured({ initialLimit: 100 })
    feed(limit, 51, 151, rttMs)
    expect(limit.value).toBe(Math.trunc(100 * gradient + Math.sqrt(100 * gradient)))
  })

  it('steps once in a window, and not where nothing ended in one', () => {
    const limit = measured({ initialLimit: 100 })
    feed(limit, 51, 150, 40)
    expect(limit.value).toBe(100)
    limit.sample(150, 40)
    expect(limit.value).toBe(70)
    limit.sample(900, 40)
    expect(limit.value).toBe(50)
    // The window that ends at 950 has the end at 900, and none of the ones before it.
    limit.sample(950, 40)
    expect(limit.value).toBe(36)
  })

  it('probes again after the interval, longer by chance', () => {
    const limit = measured({ initialLimit: 50, maxLimit: 50, intervalMs: 1000, random: () => 0.5 })
    feed(limit, 51, 1125, 20)
    expect(limit.value).toBe(50)
    limit.sample(1125, 20)
    expect(limit.value).toBe(3)
  })

  it('does not count work that started before the probe', () => {
    const limit = measured({ initialLimit: 50, intervalMs: 1000, probeSamples: 2 })
    limit.sample(1050, 20)
    limit.sample(1060, 11)
    limit.sample(1061, 12)
    expect(limit.snapshot()).toMatchObject({ phase: 'probe', minRttMs: 20 })
    limit.sample(1062, 12)
    limit.sample(1063, 12)
    expect(limit.snapshot()).toMatchObject({ phase: 'track', minRttMs: 12 })
  })

  it('does not count it in a window after the probe either', () => {
    const limit = measured({ initialLimit: 50, intervalMs: 1000, probeSamples: 1 })
    limit.sample(1050, 20)
    limit.sample(1060, 10)
    const { value } = limit
    feed(limit, 1061, 1400, 500)
    expect(limit.value).toBe(value)
    feed(limit, 1400, 1700, 500)
    expect(limit.value).toBeLessThan(value)
  })

  it('probes when five windows have left it at the least', () => {
    const limit = measured()
    const phases: unknown[] = []
    for (let window = 1; window <= 5; window++) {
      feed(limit, 50 + 100 * (window - 1) + 1, 50 + 100 * window + 1, 500)
      phases.push(limit.snapshot()['phase'])
    }
    expect(phases).toEqual(['track', 'track', 'track', 'track', 'probe'])
  })

  it('has a floor apart from the size of a probe', () => {
    const limit = measured({ minLimit: 20, probeConcurrency: 2, intervalMs: 100_000 })
    feed(limit, 51, 400, 1000)
    expect(limit.value).toBe(20)
    feed(limit, 400, 700, 1000)
    expect(limit.snapshot()['phase']).toBe('probe')
    expect(limit.value).toBe(2)
  })

  it('never probes with more than it would let in anyway', () => {
    expect(new EnvoyGradientLimit({ minLimit: 1, initialLimit: 2, probeConcurrency: 9 }).value).toBe(2)
  })

  it('never probes where the unloaded round trip is told', () => {
    const limit = new EnvoyGradientLimit({ fixedMinRttMs: 20, initialLimit: 10, intervalMs: 100 })
    expect(limit.value).toBe(10)
    for (let now = 0; now < 3000; now++) {
      limit.sample(now, 500)
      expect(limit.snapshot()['phase']).toBe('track')
    }
    expect(limit.value).toBe(3)
    feed(limit, 3000, 9000, 20)
    expect(limit.value).toBe(1000)
  })

  it('caps the unloaded round trip', () => {
    const limit = new EnvoyGradientLimit({ maxBaselineMs: 10, probeSamples: 5 })
    feed(limit, 1, 10, 400)
    expect(limit.snapshot()['minRttMs']).toBe(10)
  })
})

describe('EnvoyGradientLimit.update', () => {
  it('ends a probe when the unloaded round trip is told, and probes at once when it is told no more', () => {
    const limit = new EnvoyGradientLimit({ initialLimit: 40 })
    limit.sample(1, 20)
    limit.update({ fixedMinRttMs: 15 })
    expect(limit.snapshot()).toMatchObject({ phase: 'track', minRttMs: 15 })
    expect(limit.value).toBe(40)
    limit.update({ fixedMinRttMs: 0 })
    limit.sample(2, 20)
    expect(limit.snapshot()).toMatchObject({ phase: 'probe', limit: 40 })
    expect(limit.value).toBe(3)
  })

  it('does so too before anything has ended', () => {
    const limit = new EnvoyGradientLimit({ fixedMinRttMs: 15, initialLimit: 40 })
    limit.update({ fixedMinRttMs: 0 })
    expect(limit.value).toBe(3)
  })

  it('moves the next probe when the interval changes', () => {
    const limit = measured()
    limit.update({ intervalMs: 500 })
    feed(limit, 51, 550, 20)
    expect(limit.snapshot()['phase']).toBe('track')
    limit.sample(550, 20)
    expect(limit.snapshot()['phase']).toBe('probe')
  })
})

/** Envoy's controller with its timers, fired at every millisecond; but a probe begins with the next end of work, as ours must. */
class Played {
  value = 3
  #limit = 3
  #minRtt = 0
  #probing = true
  #probeDue = false
  #collected: number[] = []
  #epoch = -Infinity
  #windowAt = Infinity
  #probeAt = Infinity
  #inARow = 0
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  #percentile(): number {
    const window = new WindowQuantile()
    for (const rtt of this.#collected) window.add(rtt)
    this.#collected = []
    return window.quantile(0.5)
  }

  millisecond(t: number): void {
    // The probe may have been due within the millisecond before.
    if (!this.#probing && !this.#probeDue && t === this.#windowAt && t <= this.#probeAt) {
      this.#windowAt += 50
      if (this.#collected.length > 0) this.#step()
    }
    if (!this.#probing && t >= this.#probeAt) this.#probeDue = true
  }

  #step(): void {
    const gradient = Math.min(2, Math.max(0.5, (this.#minRtt * 1.25) / this.#percentile()))
    const next = Math.min(1000, Math.max(3, Math.floor(this.#limit * gradient + Math.sqrt(this.#limit * gradient))))
    this.#inARow = this.#limit === 3 && next === 3 ? this.#inARow + 1 : 0
    this.value = this.#limit = next
    if (this.#inARow === 5) this.#probeDue = true
  }

  end(t: number, rtt: number): void {
    if (this.#probeDue) {
      this.#probeDue = false
      this.#probing = true
      this.#epoch = t
      this.#collected = []
      this.#inARow = 0
      this.value = 3
    }
    if (t - rtt < this.#epoch) return
    this.#collected.push(rtt)
    if (!this.#probing || this.#collected.length < 5) return
    this.#minRtt = this.#percentile()
    this.#probing = false
    this.#windowAt = t + 50
    this.#probeAt = t + 600 * (1 + 0.5 * this.#random())
    this.value = this.#limit
  }
}

describe('EnvoyGradientLimit and the controller played by timers', () => {
  it('agree after every end of work', () => {
    const regime = fc.record({
      lastsMs: fc.integer({ min: 1, max: 400 }),
      gapMs: fc.constantFrom(1, 2, 7, 60, 130),
      rttMs: fc.constantFrom(0, 5, 10, 20, 100),
      spread: fc.constantFrom(0, 1, 20),
    })
    fc.assert(
      fc.property(fc.array(regime, { maxLength: 15 }), fc.nat(1000), (regimes, seed) => {
        const shake = seededRandom(seed)
        const options = { windowMs: 50, intervalMs: 600, jitter: 0.5, probeSamples: 5 }
        const limit = new EnvoyGradientLimit({ ...options, random: seededRandom(seed) })
        const played = new Played(seededRandom(seed))
        let t = 0
        for (const { lastsMs, gapMs, rttMs, spread } of regimes) {
          for (const until = t + lastsMs; t < until; t++) {
            played.millisecond(t)
            if (t % gapMs !== 0) continue
            const rtt = rttMs + Math.floor(shake() * spread)
            limit.sample(t, rtt)
            played.end(t, rtt)
            if (limit.value !== played.value) expect([t, limit.value]).toEqual([t, played.value])
          }
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('options of EnvoyGradientLimit', () => {
  it.each([
    ['windowMs', 0, 'a number >= 1 and <= 60000'],
    ['percentile', 1.1, 'a number >= 0 and <= 1'],
    ['buffer', -0.1, 'a number >= 0 and <= 10'],
    ['probeConcurrency', 0, 'an integer >= 1 and <= 1000'],
    ['probeConcurrency', 1001, 'an integer >= 1 and <= 1000'],
    ['probeSamples', 1.5, 'an integer >= 1 and <= 100000'],
    ['intervalMs', Number.NaN, 'a number >= 100 and <= 86400000'],
    ['jitter', 2, 'a number >= 0 and <= 1'],
    ['fixedMinRttMs', -1, 'a number >= 0 and <= 10000000'],
    ['maxBaselineMs', 0, 'a number >= 0.001'],
    ['minLimit', 0, 'an integer >= 1 and <= 1000000'],
    ['initialLimit', 2, 'a number >= 3 and <= 1000'],
  ])('%s of %d is refused', (option, value, range) => {
    const make = (): unknown => new EnvoyGradientLimit({ [option]: value })
    expect(make).toThrow(new RangeError(`EnvoyGradientLimit: option "${option}" must be ${range}, got ${value}`))
  })

  it('lets the size of a probe give way to a small maxLimit', () => {
    expect(new EnvoyGradientLimit({ maxLimit: 1 }).value).toBe(1)
  })

  it('takes no chance that is no function, nor an option that it does not know', () => {
    const bad = { random: 0.5 } as unknown as EnvoyGradientOptions
    expect(() => new EnvoyGradientLimit(bad)).toThrow('option "random" must be a function, got 0.5')
    expect(() => new EnvoyGradientLimit({ minConcurrency: 3 } as EnvoyGradientOptions)).toThrow(
      'EnvoyGradientLimit: unknown option "minConcurrency"; known are minLimit',
    )
  })
})
