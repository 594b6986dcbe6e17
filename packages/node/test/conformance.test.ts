/** Bare node:http keeps every promise, with middleware in front of a handler and with the server itself protected. */
import { casesFor } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { harnesses } from './harness.ts'

describe.each(Object.entries(harnesses))('%s', (_name, harness) => {
  it.each(casesFor(harness))('$name', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})
