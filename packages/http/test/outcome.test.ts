import { outcomeOf } from '@spillway/http'
import { expect, it } from 'vitest'

it.each([
  [200, 'success'],
  [204, 'success'],
  [301, 'success'],
  [304, 'success'],
  [399, 'success'],
  [400, 'ignored'],
  [404, 'ignored'],
  [429, 'ignored'],
  [499, 'ignored'],
  [500, 'ignored'],
  [502, 'ignored'],
  [503, 'dropped'],
  [504, 'dropped'],
  [101, 'ignored'],
  [0, 'ignored'],
  [NaN, 'ignored'],
])('takes status %i for %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome)
})
