/** Options of a load run. */
import { expect, test } from 'vitest'
import { settleOptions } from '../../src/load/options.ts'

const url = 'http://127.0.0.1:1/path?query=1'
const phases = [{ rate: 10, seconds: 1 }]

test('asks for the path of the address unless paths are given', () => {
  expect(settleOptions({ url, phases }).paths).toEqual([{ path: '/path?query=1', share: 1 }])
  expect(settleOptions({ url, phases, paths: [{ path: '/a', share: 2 }] }).paths).toEqual([{ path: '/a', share: 2 }])
})

test('times out after half a second, without retries, by default', () => {
  expect(settleOptions({ url, phases })).toMatchObject({ timeoutMs: 500, retries: { tries: 1 }, connections: 'fresh' })
})

test.each([
  ['url', { url: 'https://127.0.0.1/', phases }],
  ['phases', { url, phases: [] }],
  ['rate', { url, phases: [{ rate: -1, seconds: 1 }] }],
  ['seconds', { url, phases: [{ rate: 1, seconds: 0 }] }],
  ['connections', { url, phases, connections: 0 }],
  ['timeoutMs', { url, phases, timeoutMs: 0 }],
  ['retries.tries', { url, phases, retries: { tries: 0, backoffMs: 0 } }],
])('refuses a bad %s and names it', (option, options) => {
  expect(() => settleOptions(options)).toThrow(new RegExp(`load: option "${option}" must be .*, got `))
})
