/** Both CoDels from their descriptions, over arrays; a look that came to nothing is forgotten by going back to a copy. */
import type { Millis } from '@spillway/core'
import type { Event, Job } from './jobs.ts'
import type { Naive } from './naive-arrivals.ts'

interface Waits {
  readonly item: Job
  readonly at: Millis
}

interface Rule {
  readonly targetMs: Millis
  readonly intervalMs: Millis
}

/** What a look finds: who was dropped, and who was good. */
interface Found {
  readonly dropped: Event[]
  readonly good: Waits | undefined
}

/** What one of them does with a line. */
interface Control {
  waiting: Waits[]
  look(now: Millis): Found
  probe(now: Millis): Event[]
}

/** A line without bounds under either control. */
export class NaiveControlled implements Naive {
  readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  get size(): number {
    return this.control.waiting.length
  }

  push(item: Job, now: Millis): Event[] {
    // Nobody asks a gate's queue for the next one while it is empty; that it was is seen when somebody comes.
    if (this.control.waiting.length === 0) this.control.look(now)
    this.control.waiting.push({ item, at: now })
    return []
  }

  next(now: Millis): Event[] {
    const { dropped, good } = this.control.look(now)
    return good === undefined ? dropped : [...dropped, `${good.item.id} served`]
  }

  probe(now: Millis): Event[] {
    return this.control.probe(now)
  }

  remove(item: Job): Event[] {
    const { waiting } = this.control
    this.control.waiting = waiting.filter((one) => one.item !== item)
    return this.control.waiting.length < waiting.length ? [`${item.id} removed`] : []
  }
}

/** "While the least delay of the last interval was too long, expire what waited longer than twice the target." */
export class NaiveServiceCodel implements Control {
  waiting: Waits[] = []
  /** Delays heard in this interval; empty before its first. */
  heard: Millis[] = []
  endsAt = -Infinity
  overloaded = false
  readonly rule: Rule
  readonly lifo: boolean

  constructor(rule: Rule, lifo: boolean) {
    this.rule = rule
    this.lifo = lifo
  }

  look(now: Millis): Found {
    const dropped: Event[] = []
    while (this.waiting.length > 0) {
      if (!this.hears(now - this.waiting[0]!.at, now)) break
      dropped.push(`${this.waiting.shift()!.item.id} queue-timeout`)
    }
    return { dropped, good: this.lifo && this.overloaded ? this.waiting.pop() : this.waiting.shift() }
  }

  probe(now: Millis): Event[] {
    const dropped: Event[] = []
    while (this.waiting.length > 0) {
      const before = { heard: [...this.heard], endsAt: this.endsAt, overloaded: this.overloaded }
      if (this.hears(now - this.waiting[0]!.at, now)) {
        dropped.push(`${this.waiting.shift()!.item.id} queue-timeout`)
        continue
      }
      const next = this.lifo && this.overloaded ? this.waiting.at(-1)! : this.waiting[0]!
      Object.assign(this, before)
      return [...dropped, `${next.item.id} put back`]
    }
    return dropped
  }

  private hears(delay: Millis, now: Millis): boolean {
    if (this.heard.length > 0 && now > this.endsAt) {
      this.overloaded = Math.min(...this.heard) > this.rule.targetMs
      this.endsAt = now + this.rule.intervalMs
      this.heard = []
    }
    this.heard.push(delay)
    return this.heard.length > 1 && this.overloaded && delay > 2 * this.rule.targetMs
  }
}

/** The pseudo-code of RFC 8289, section 5.5, word for word. */
export class NaiveCodel implements Control {
  waiting: Waits[] = []
  state = { firstAbove: 0, dropNext: 0, count: 0, lastCount: 0, dropping: false }
  readonly rule: Rule
  readonly maxPacket: number

  constructor(rule: Rule, maxPacket: number) {
    this.rule = rule
    this.maxPacket = maxPacket
  }

  look(now: Millis): Found {
    const dropped: Event[] = []
    const drop = (one: Waits | undefined): void => void dropped.push(`${one!.item.id} queue-timeout`)
    const { state } = this
    let r = this.dodequeue(now)
    if (state.dropping) {
      if (!r.okToDrop) state.dropping = false
      while (now >= state.dropNext && state.dropping) {
        drop(r.p)
        state.count++
        r = this.dodequeue(now)
        if (r.okToDrop) state.dropNext = this.controlLaw(state.dropNext)
        else state.dropping = false
      }
    } else if (r.okToDrop) {
      drop(r.p)
      r = this.dodequeue(now)
      state.dropping = true
      const delta = state.count - state.lastCount
      state.count = 1
      if (delta > 1 && now - state.dropNext < 16 * this.rule.intervalMs) state.count = delta
      state.dropNext = this.controlLaw(now)
      state.lastCount = state.count
    }
    return { dropped, good: r.p }
  }

  /** As many drops as a look makes, and nothing else: found by letting only the doomed be looked at. */
  probe(now: Millis): Event[] {
    const before = { waiting: [...this.waiting], state: { ...this.state } }
    const { dropped, good } = this.look(now)
    const doomed = before.waiting.slice(0, dropped.length)
    if (good === undefined) return dropped
    const after = { ...this.state }
    this.waiting = [good, ...this.waiting]
    if (doomed.length === 0) this.state = before.state
    else {
      // The drops were made: they leave the queue dropping, with the next one scheduled after the last, and above since it was.
      const dropNext = after.dropping
        ? after.dropNext
        : this.afterLast(before.state.dropNext, before.state.count, doomed.length)
      this.state = { ...after, dropping: true, dropNext, firstAbove: before.state.firstAbove }
    }
    return [...dropped, `${good.item.id} put back`]
  }

  private afterLast(dropNext: Millis, count: number, drops: number): Millis {
    let at = dropNext
    for (let i = 1; i <= drops; i++) at += this.rule.intervalMs / Math.sqrt(count + i)
    return at
  }

  private dodequeue(now: Millis): { p: Waits | undefined; okToDrop: boolean } {
    const p = this.waiting.shift()
    const r = { p, okToDrop: false }
    const bytes = this.waiting.reduce((total, { item }) => total + item.ticket.cost, 0)
    if (p === undefined || now - p.at < this.rule.targetMs || bytes <= this.maxPacket) this.state.firstAbove = 0
    else if (this.state.firstAbove === 0) this.state.firstAbove = now + this.rule.intervalMs
    else if (now >= this.state.firstAbove) r.okToDrop = true
    return r
  }

  private controlLaw(at: Millis): Millis {
    return at + this.rule.intervalMs / Math.sqrt(this.state.count)
  }
}
