/** Koa 2 and 3 keep every promise. */
import { casesFor } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { harnesses } from './harness.ts'

describe.each(Object.entries(harnesses))('%s', (_version, harness) => {
  it.each(casesFor(harness))('$name', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})
