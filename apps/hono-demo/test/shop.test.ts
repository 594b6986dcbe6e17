/** The shop by itself: routes that work, on both sides. */
import { casesOf } from '@spillway/demo-kit/testing'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'

describe('the shop', () => {
  it.each(casesOf(createApp))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
