/** Nest on Express and on Fastify keeps every promise. */
import { casesFor } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { nestVersion } from './app.ts'
import { harnesses } from './harness.ts'

describe.each(Object.entries(harnesses))(`%s, NestJS ${nestVersion}`, (_platform, harness) => {
  // Five thousand requests of every bad habit take longer on a busy machine than a test has by default.
  it.each(casesFor(harness))('$name', { timeout: 120_000 }, async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})
