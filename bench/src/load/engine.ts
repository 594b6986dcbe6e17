/** The open-loop engine: sends what is due, whatever became of what was sent before. */
import { lookup } from 'node:dns/promises'
import { type Job, JobMaker } from './job.ts'
import type { SettledOptions } from './options.ts'
import { FreshPool, KeptPool, type Pool } from './pool.ts'
import { seededRandom } from './random.ts'
import { Recorder } from './recorder.ts'
import type { LoadResult, Slice } from './result.ts'
import { Schedule } from './schedule.ts'
import type { Ending } from './tally.ts'
import type { Wire, WireOwner } from './wire.ts'

/** Requests sent at most before answers are read again: a generator that lags must not stop reading. */
const sendsPerTurn = 64

/** Runs one load in this process. Use `startLoad` to run it in a process of its own, which every measurement needs. */
export class LoadEngine implements WireOwner {
  readonly #options: SettledOptions
  readonly #maker: JobMaker
  readonly #recorder: Recorder
  readonly #random: ReturnType<typeof seededRandom>
  #pool: Pool | undefined
  #schedule: Schedule
  #startMs = 0
  #phase = 0
  #phaseStartMs = 0
  #phaseEndMs = 0
  readonly #seconds: number[] = []
  /** Tries under way by rising deadline, and jobs that wait for their next try by due time. */
  #flying: Job[] = []
  #retrying: { job: Job; dueMs: number }[] = []
  #stopped = false
  #stale = 0
  #finished: (() => void) | undefined

  constructor(options: SettledOptions, onSlice?: (slice: Slice) => void) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    this.#maker = new JobMaker(options, seededRandom(options.seed + 1))
    this.#recorder = new Recorder(options, onSlice)
    this.#schedule = this.#plan(0)
  }

  async run(): Promise<LoadResult> {
    const { hostname, port } = new URL(this.#options.url)
    const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''))
    const target = { host: address, port: Number(port || 80) }
    const { connections } = this.#options
    this.#pool = connections === 'fresh' ? new FreshPool(target, this) : new KeptPool(target, this, connections)
    const cpu = process.cpuUsage()
    this.#startMs = performance.now()
    this.#enter(0, this.#startMs)
    await new Promise<void>((resolve) => {
      this.#finished = resolve
      this.#turn()
    })
    this.#pool.close()
    const ranMs = performance.now() - this.#startMs
    const { user, system } = process.cpuUsage(cpu)
    this.#recorder.finishAll(this.#phaseEndMs - this.#startMs)
    const results = this.#recorder.results(this.#seconds)
    const startedAtEpochMs = performance.timeOrigin + this.#startMs
    return {
      ...results,
      startedAtEpochMs,
      core: undefined,
      generatorCpu: (user + system) / 1000 / ranMs,
      staleConnections: this.#stale,
    }
  }

  /** Changes the rate of the running phase. */
  setRate(rate: number): void {
    this.#schedule.setRate(rate, performance.now())
  }

  /** Ends the run: nothing more is offered, what flies is awaited. */
  stop(): void {
    this.#stopped = true
  }

  answered(wire: Wire): void {
    const { job } = wire
    const { status } = wire.parser
    wire.job = undefined
    const now = performance.now()
    this.#pool?.release(wire)
    if (job === undefined || job.settled) return
    job.wire = undefined
    if (now > job.deadlineMs) this.#settle(job, 'unanswered', now)
    else if (status < 300) this.#settle(job, 'served', now)
    else this.#settle(job, status === 429 || status === 503 ? 'refused' : 'failed', now)
  }

  broken(wire: Wire): void {
    const { job } = wire
    wire.job = undefined
    this.#pool?.gone()
    if (job === undefined || job.settled) return
    job.wire = undefined
    // The server closed an idle connection while our request was on its way: no answer could come, so send it again.
    if (wire.used > 1 && !wire.parser.started) {
      this.#stale++
      this.#pool?.send(job)
    } else this.#settle(job, 'errors', performance.now())
  }

  #plan(startMs: number): Schedule {
    const phase = this.#options.phases[this.#phase]
    return new Schedule({
      arrivals: phase?.arrivals ?? this.#options.arrivals,
      rate: phase?.rate ?? 0,
      startMs,
      random: this.#random,
    })
  }

  #enter(phase: number, startMs: number): void {
    this.#phase = phase
    this.#recorder.running = phase
    this.#phaseStartMs = startMs
    this.#phaseEndMs = startMs + (this.#options.phases[phase]?.seconds ?? 0) * 1000
    this.#schedule = this.#plan(startMs)
  }

  readonly #turn = (): void => {
    const now = performance.now()
    this.#recorder.begin(Math.min(now, this.#phaseEndMs - 0.001) - this.#startMs, this.#phase)
    const offering = this.#offer(now)
    this.#retry(now)
    this.#expire(now)
    // A slice is over only when all that was due in it was sent, which a generator that lags has not done.
    this.#recorder.finish((offering ? Math.min(now, this.#schedule.nextMs) : now) - this.#startMs)
    if (!offering && this.#recorder.idle) this.#finished?.()
    else this.#wait(offering ? this.#schedule.nextMs - now : Infinity)
  }

  /** Sends what is due; returns whether there is more to come. */
  #offer(now: number): boolean {
    let sends = 0
    while (this.#phase < this.#options.phases.length) {
      if (this.#stopped && this.#phaseEndMs > now) this.#phaseEndMs = now
      if (this.#schedule.nextMs >= this.#phaseEndMs) {
        if (now < this.#phaseEndMs) return true
        this.#seconds[this.#phase] = (this.#phaseEndMs - this.#phaseStartMs) / 1000
        if (this.#stopped || this.#phase === this.#options.phases.length - 1) {
          this.#phase = this.#options.phases.length
          this.#recorder.running = this.#phase
          return false
        }
        this.#enter(this.#phase + 1, this.#phaseEndMs)
        this.#recorder.begin(now - this.#startMs, this.#phase)
        continue
      }
      if (this.#schedule.nextMs > now || ++sends > sendsPerTurn) return true
      this.#send(this.#schedule.nextMs)
      this.#schedule.advance()
    }
    return false
  }

  #send(intendedMs: number): void {
    const slice = Math.floor((intendedMs - this.#startMs) / this.#options.sliceMs)
    const job = this.#maker.make(intendedMs, this.#phase, slice)
    this.#recorder.offer(job, performance.now() - intendedMs)
    this.#fly(job)
  }

  #fly(job: Job): void {
    job.triesLeft--
    this.#recorder.tried(job)
    this.#flying.push(job)
    this.#pool?.send(job)
  }

  #settle(job: Job, ending: Ending, now: number): void {
    job.settled = true
    const again = job.triesLeft > 0 && (ending === 'refused' || ending === 'unanswered' || ending === 'errors')
    if (again && !this.#stopped) this.#retrying.push({ job, dueMs: now + this.#options.retries.backoffMs })
    else this.#recorder.end(job, ending, now - job.intendedMs)
  }

  #retry(now: number): void {
    let next = this.#retrying[0]
    while (next !== undefined && next.dueMs <= now) {
      this.#retrying.shift()
      // A copy: the ended try still stands in the order of deadlines.
      this.#fly({ ...next.job, deadlineMs: now + this.#options.timeoutMs, wire: undefined, settled: false })
      next = this.#retrying[0]
    }
  }

  #expire(now: number): void {
    let ended = 0
    for (const job of this.#flying) {
      if (!job.settled && job.deadlineMs >= now) break
      ended++
      if (job.settled) continue
      const { wire } = job
      job.wire = undefined
      this.#settle(job, 'unanswered', now)
      if (wire === undefined) continue
      wire.job = undefined
      wire.destroy()
      this.#pool?.gone()
    }
    if (ended > 0) this.#flying.splice(0, ended)
  }

  #wait(ms: number): void {
    const spin = this.#options.precise ? 2 : 0.5
    if (ms < spin) setImmediate(this.#turn)
    else setTimeout(this.#turn, Math.min(5, this.#options.precise ? ms - 1 : ms))
  }
}
