import { expect, it } from 'vitest'
import { Callbacks } from '../src/callbacks.ts'

const fails = (): never => {
  throw new Error('mine')
}

it('turns what a callback throws into no opinion, and counts it', () => {
  const callbacks = new Callbacks(undefined)
  const ask = callbacks.guard('cost', fails, Number)
  expect([ask(), ask()]).toEqual([undefined, undefined])
  expect(callbacks.failures).toBe(2)
})

it('reports each option once', () => {
  const reports: unknown[] = []
  const callbacks = new Callbacks((error, option) => reports.push(option, String(error)))
  const cost = callbacks.guard('cost', fails, Number)
  const skip = callbacks.guard('skip', fails, Boolean)
  for (let i = 0; i < 3; i++) cost()
  skip()
  expect(reports).toEqual(['cost', 'Error: mine', 'skip', 'Error: mine'])
})

it('survives a hook that throws', () => {
  const callbacks = new Callbacks(fails)
  expect(callbacks.guard('cost', fails, Number)()).toBeUndefined()
})

it('does not wait for promises, and lets none of them crash the process', async () => {
  const reports: string[] = []
  const callbacks = new Callbacks((error) => reports.push(String(error)))
  const rejected = Promise.reject(new Error('later'))
  expect(callbacks.guard('cost', () => rejected, Number)()).toBeUndefined()
  await expect(rejected).rejects.toThrow('later')
  expect(reports).toEqual(['TypeError: must return a value, not a promise of one'])
})

it('takes no answer for no opinion, without counting it', () => {
  const callbacks = new Callbacks(fails)
  expect(callbacks.guard('cost', () => undefined, fails)()).toBeUndefined()
  expect(callbacks.failures).toBe(0)
})
