/** The virtual clock: order of timers, turns and promises. */
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'

test('fires timers in order of time and, at one instant, of creation', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.after(20, () => log.push(`c@${clock.now()}`))
  clock.after(10, () => log.push(`a@${clock.now()}`))
  clock.after(10, () => log.push(`b@${clock.now()}`))
  await clock.advance(19)
  expect(log).toEqual(['a@10', 'b@10'])
  expect(clock.now()).toBe(19)
  await clock.advance(1)
  expect(log).toEqual(['a@10', 'b@10', 'c@20'])
})

test('settles chains of promises of any depth before the next timer', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.after(1, () => void deep(100).then(() => log.push('promise')))
  clock.after(1, () => log.push('timer'))
  await clock.advance(1)
  expect(log).toEqual(['promise', 'timer'])
})

async function deep(levels: number): Promise<void> {
  if (levels > 0) await deep(levels - 1)
}

test('settles promises that wait before the first timer fires', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  void deep(20).then(() => clock.after(5, () => log.push('late')))
  await clock.advance(5)
  expect(log).toEqual(['late'])
})

test('does not fire a timer that was cancelled, even by a timer of the same instant', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.after(1, () => cancel())
  const cancel = clock.after(1, () => log.push('never'))
  clock.after(1, () => log.push('third'))
  await clock.advance(10)
  cancel()
  expect(log).toEqual(['third'])
  expect(clock.pending).toBe(0)
})

test('runs what a timer adds for the same instant in a later turn of that instant', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.after(1, () => {
    clock.after(0, () => log.push('timer of the next turn'))
    clock.nextTurn(() => log.push('turn'))
  })
  clock.after(1, () => log.push('second'))
  await clock.advance(1)
  expect(log).toEqual(['second', 'turn', 'timer of the next turn'])
})

test('runs a turn asked for within a turn in the one after it', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  clock.nextTurn(() => {
    log.push('first')
    clock.nextTurn(() => log.push('third'))
  })
  clock.nextTurn(() => log.push('second'))
  await clock.advance(0)
  expect(log).toEqual(['first', 'second', 'third'])
  expect(clock.now()).toBe(0)
})

test('calls a loop that spins at one instant an error', async () => {
  const clock = new VirtualClock()
  const spin = (): void => clock.nextTurn(spin)
  spin()
  await expect(clock.advance(1)).rejects.toThrow(/spins/)
})

test('calls a timer of no delay that arms itself again an error', async () => {
  const clock = new VirtualClock()
  const spin = (): void => void clock.after(0, spin)
  spin()
  await expect(clock.runAll()).rejects.toThrow(/spins/)
})

test('runs all until nothing is left and counts', async () => {
  const clock = new VirtualClock(1000)
  let left = 5
  const again = (): void => void (--left > 0 && clock.after(7, again))
  clock.after(7, again)
  expect(await clock.runAll()).toBe(5)
  expect(clock.now()).toBe(1035)
  expect(await clock.runAll()).toBe(0)
})

test('stops with an error when more run than the limit allows', async () => {
  const clock = new VirtualClock()
  const again = (): void => void clock.after(1, again)
  again()
  await expect(clock.runAll(100)).rejects.toThrow(/100 callbacks/)
  await clock.advance(1)
})

test('refuses to be moved while it is being moved', async () => {
  const clock = new VirtualClock()
  const first = clock.advance(1)
  await expect(clock.advance(1)).rejects.toThrow(/already/)
  await first
})

test('refuses delays and steps that are no time', async () => {
  const clock = new VirtualClock()
  expect(() => clock.after(-1, () => {})).toThrow(RangeError)
  expect(() => clock.after(Number.NaN, () => {})).toThrow(RangeError)
  await expect(clock.advance(-1)).rejects.toThrow(RangeError)
  await expect(clock.advance(Infinity)).rejects.toThrow(RangeError)
})

test('never fires a timer of infinite delay', async () => {
  const clock = new VirtualClock()
  clock.after(Infinity, () => expect.unreachable())()
  await clock.runAll()
  expect(clock.pending).toBe(0)
})

test('can be used again after a callback threw', async () => {
  const clock = new VirtualClock()
  let fired = false
  clock.after(1, () => {
    throw new Error('broken')
  })
  clock.after(1, () => (fired = true))
  await expect(clock.advance(5)).rejects.toThrow('broken')
  await clock.advance(5)
  expect(fired).toBe(true)
})

test('keeps 100,000 timers in order, a third of them cancelled', async () => {
  const clock = new VirtualClock()
  let last = -1
  let fired = 0
  let seed = 1
  for (let i = 0; i < 100_000; i++) {
    seed = (seed * 48_271) % 2_147_483_647
    const cancel = clock.after(seed % 5000, () => {
      expect(clock.now()).toBeGreaterThanOrEqual(last)
      last = clock.now()
      fired++
    })
    if (i % 3 === 0) cancel()
  }
  expect(clock.pending).toBe(66_666)
  await clock.runAll()
  expect(fired).toBe(66_666)
})

test('forgets cancelled timers that never surface', () => {
  const clock = new VirtualClock()
  clock.after(1, () => {})
  for (let i = 0; i < 200_000; i++) clock.after(1_000_000, () => {})()
  expect(clock.pending).toBe(1)
})

test('keeps the order of creation among many timers of one instant', async () => {
  const clock = new VirtualClock()
  const log: number[] = []
  for (let i = 0; i < 100; i++) clock.after(5, () => log.push(i))
  await clock.advance(5)
  expect(log).toEqual(Array.from({ length: 100 }, (_, i) => i))
})
