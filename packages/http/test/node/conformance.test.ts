/** Bare node:http keeps every promise. */
import { casesFor } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { nodeHarness } from './harness.ts'

describe('node:http', () => {
  it.each(casesFor(nodeHarness))('$name', async ({ run }) => {
    await expect(run(nodeHarness)).resolves.toBeUndefined()
  })
})
