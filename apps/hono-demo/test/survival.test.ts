/** Overloads the shop for real. */
import { runsTypeScript, survivalTest, survive } from '@spillway/demo-kit/testing'
import { describe, expect, test } from 'vitest'
import { demo } from '../src/demo.ts'

describe.skipIf(!runsTypeScript)('the shop under five times its load', () => {
  test('survives behind the one line, and collapses without it', survivalTest, async () => {
    expect(await survive(demo)).toEqual([])
  })
})
