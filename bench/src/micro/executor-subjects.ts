/** What runs jobs ten at a time: ours and the peers. */
import { Executor, limitConcurrency } from '@spillway/core'
import Bottleneck from 'bottleneck'
import { bulkhead } from 'cockatiel'
import CircuitBreaker from 'opossum'
import pLimit from 'p-limit'
import PQueue from 'p-queue'

/** A job that costs nothing but its promise. */
export type Job = () => Promise<unknown>

/** Something that runs jobs. */
export interface ExecutorSubject {
  readonly name: string
  /** Takes so much memory that some of it is collected within one burst: weighing would mislead. */
  readonly isHeavy?: boolean
  /** Returns what takes one job and promises its end. */
  make(job: Job): () => Promise<unknown>
}

const concurrency = 10
/** As many as ever wait here; peers wait without bound, or are given this one. */
const maxQueue = 1000

/** Names that figures refer to. */
export const ours = ['spillway Executor', 'spillway limitConcurrency'] as const

/** What nothing can be faster than. */
export const bare = 'no limit: the job alone'

/** All of them. */
export const executorSubjects: readonly ExecutorSubject[] = [
  { name: bare, make: (job) => job },
  {
    name: ours[0],
    make(job) {
      const executor = new Executor({ concurrency, maxQueue })
      return () => executor.run(job)
    },
  },
  { name: ours[1], make: (job) => limitConcurrency(job, concurrency, { maxQueue }) },
  {
    name: 'p-limit',
    make(job) {
      const limit = pLimit(concurrency)
      return () => limit(job)
    },
  },
  {
    name: 'p-queue',
    make(job) {
      const queue = new PQueue({ concurrency })
      return () => queue.add(job)
    },
  },
  {
    name: 'cockatiel bulkhead',
    make(job) {
      const policy = bulkhead(concurrency, maxQueue)
      return () => policy.execute(job)
    },
  },
  {
    // It lets nobody wait, so that it runs all of a burst at once.
    name: 'opossum, limit never reached',
    make(job) {
      const breaker = new CircuitBreaker(job, { capacity: maxQueue, timeout: false })
      return () => breaker.fire()
    },
  },
  {
    name: 'bottleneck',
    isHeavy: true,
    make(job) {
      const limiter = new Bottleneck({ maxConcurrent: concurrency })
      return () => limiter.schedule(job)
    },
  },
]
