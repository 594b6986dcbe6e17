import { describe, expect, test } from 'vitest'
import { bar, chart, spread } from '../src/run/sparkline.ts'

describe('spread', () => {
  test('takes the mean of what falls into a column', () => {
    expect(spread([1, 3, 5, 7], 4, 2)).toEqual([2, 6])
  })

  test('leaves open what has not happened yet', () => {
    expect(spread([4, 4], 4, 4)).toEqual([4, 4, undefined, undefined])
  })

  test('repeats what is wider than a column', () => {
    expect(spread([1, 2], 2, 4)).toEqual([1, 1, 2, 2])
  })
})

describe('chart', () => {
  test('tells zero from not known', () => {
    expect(chart([0, undefined], 10, 1)).toEqual(['▁·'])
  })

  test('stacks rows, the highest first', () => {
    expect(chart([10, 5, 0], 10, 2)).toEqual(['█  ', '██▁'])
  })

  test('stays within its height whatever comes', () => {
    expect(chart([1e9, -5, Number.NaN], 10, 1).join('')).toHaveLength(3)
    expect(chart([5], 0, 1)).toEqual(['▁'])
  })
})

test('bar is full at 1, empty at 0, and never longer', () => {
  expect([bar(0, 4), bar(0.5, 4), bar(7, 4), bar(-1, 4)]).toEqual(['░░░░', '██░░', '████', '░░░░'])
})
