/** Netflix's limits once more, as plainly as can be: every list in full, nothing optimised. */
/** What records: takes a sample, says the limit, and what it has learnt. */
export interface Oracle {
  sample(start: number, rtt: number, inflight: number, dropped: boolean): void
  limit(): number
  state(): Record<string, number>
}

export type Chance = () => number
export type OracleMaker = (draw: (value: number) => number, chance: Chance) => Oracle

const between = (least: number, most: number, x: number): number => (x < least ? least : x > most ? most : x)

export interface AimdParams {
  initial: number
  min: number
  max: number
  ratio: number
  timeout: number
}

export const aimd =
  (p: AimdParams): OracleMaker =>
  () => {
    let limit = p.initial
    return {
      sample(_start, rtt, inflight, dropped) {
        const isLost = dropped || rtt > p.timeout
        if (isLost) limit = Math.floor(limit * p.ratio)
        if (!isLost && 2 * inflight >= limit) limit = limit + 1
        limit = between(p.min, p.max, limit)
      },
      limit: () => limit,
      state: () => ({ limit }),
    }
  }

export interface VegasParams {
  initial: number
  max: number
  smoothing: number
  alpha: (limit: number) => number
  beta: (limit: number) => number
  threshold: (limit: number) => number
  increase: (limit: number) => number
  decrease: (limit: number) => number
  probe: number
}

export const vegas =
  (p: VegasParams): OracleMaker =>
  (draw, chance) => {
    const newJitter = (): number => draw(0.5 + 0.5 * chance())
    let estimated = p.initial
    let least = 0
    let samples = 0
    let jitter = newJitter()
    const decide = (rtt: number, inflight: number, dropped: boolean): number | undefined => {
      const whole = Math.floor(estimated)
      if (dropped) return p.decrease(estimated)
      if (2 * inflight < estimated) return undefined
      const queue = Math.ceil(estimated * (1 - least / rtt))
      if (queue <= p.threshold(whole)) return estimated + p.beta(whole)
      if (queue < p.alpha(whole)) return p.increase(estimated)
      if (queue > p.beta(whole)) return p.decrease(estimated)
      return undefined
    }
    return {
      sample(_start, rtt, inflight, dropped) {
        samples = samples + 1
        if (samples >= jitter * p.probe * estimated) {
          jitter = newJitter()
          samples = 0
          least = rtt
          return
        }
        if (least === 0 || rtt < least) {
          least = rtt
          return
        }
        const next = decide(rtt, inflight, dropped)
        if (next === undefined) return
        estimated = (1 - p.smoothing) * estimated + p.smoothing * between(1, p.max, next)
      },
      limit: () => Math.floor(estimated),
      state: () => ({ estimated, rttNoLoad: least, probeCount: samples, limit: Math.floor(estimated) }),
    }
  }

export interface GradientParams {
  initial: number
  min: number
  max: number
  queue: (limit: number) => number
  smoothing: number
  tolerance: number
  ratio: number
  /** -1 for never. */
  interval: number
}

export const gradient =
  (p: GradientParams): OracleMaker =>
  (draw, chance) => {
    const newCountdown = (): number => draw(p.interval + Math.floor(chance() * p.interval))
    let estimated = p.initial
    let least = 0
    let left = p.interval === -1 ? -1 : newCountdown()
    return {
      sample(_start, rtt, inflight, dropped) {
        const queue = p.queue(Math.floor(estimated))
        if (p.interval !== -1) {
          left = left - 1
          if (left < 0) {
            left = newCountdown()
            estimated = Math.max(p.min, queue)
            least = 0
            return
          }
        }
        least = least === 0 ? rtt : Math.min(least, rtt)
        let next = estimated * between(0.5, 1, (p.tolerance * least) / rtt) + queue
        if (dropped) next = estimated * p.ratio
        else if (inflight < estimated / 2) return
        if (next < estimated) next = Math.max(p.min, estimated * (1 - p.smoothing) + p.smoothing * next)
        estimated = Math.max(queue, Math.min(p.max, next))
      },
      limit: () => Math.floor(estimated),
      state: () => ({ estimated, rttNoLoad: least, resetRttCounter: left, limit: Math.floor(estimated) }),
    }
  }

export interface Gradient2Params {
  initial: number
  min: number
  max: number
  queue: (limit: number) => number
  smoothing: number
  tolerance: number
  window: number
}

export const gradient2 =
  (p: Gradient2Params): OracleMaker =>
  () => {
    let estimated = p.initial
    let long = 0
    const first: number[] = []
    return {
      sample(_start, rtt, inflight) {
        if (first.length < 10) {
          first.push(rtt)
          long = first.reduce((sum, each) => sum + each, 0) / first.length
        } else {
          const share = 2 / (p.window + 1)
          long = long * (1 - share) + rtt * share
        }
        const counted = long
        if (long / rtt > 2) long = long * 0.95
        if (inflight < estimated / 2) return
        const slope = between(0.5, 1, (p.tolerance * counted) / rtt)
        const next = estimated * slope + p.queue(Math.floor(estimated))
        estimated = between(p.min, p.max, estimated * (1 - p.smoothing) + next * p.smoothing)
      },
      limit: () => Math.floor(estimated),
      state: () => ({ estimated, longRtt: long, limit: Math.floor(estimated) }),
    }
  }

export interface WindowParams {
  minWindow: number
  maxWindow: number
  size: number
  minRtt: number
  /** Without: the average. */
  percentile?: number
  room?: number
}

export const windowed =
  (p: WindowParams, of: OracleMaker): OracleMaker =>
  (draw, chance) => {
    const inner = of(draw, chance)
    let next = 0
    let seen: { rtt: number; inflight: number; dropped: boolean }[] = []
    const together = (): number => {
      const rtts = seen.map(({ rtt }) => rtt)
      if (p.percentile === undefined) return Math.floor(rtts.reduce((sum, each) => sum + each, 0) / rtts.length)
      return rtts.toSorted((a, b) => a - b)[Math.round(rtts.length * p.percentile) - 1]!
    }
    return {
      sample(start, rtt, inflight, dropped) {
        if (rtt < p.minRtt) return
        if (seen.length < (p.room ?? Infinity)) seen.push({ rtt, inflight, dropped })
        if (start + rtt <= next) return
        const least = Math.min(...seen.map((each) => each.rtt))
        next = start + rtt + Math.min(Math.max(2 * least, p.minWindow), p.maxWindow)
        if (seen.length >= p.size) {
          const peak = Math.max(...seen.map((each) => each.inflight))
          inner.sample(
            start,
            together(),
            peak,
            seen.some((each) => each.dropped),
          )
        }
        seen = []
      },
      limit: () => inner.limit(),
      state: () => inner.state(),
    }
  }
