/** Nest on Express and on Fastify keeps every promise. */
import { casesFor } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { nestVersion } from './app.ts'
import { harnesses } from './harness.ts'

describe.each(Object.entries(harnesses))(`%s, NestJS ${nestVersion}`, (_platform, harness) => {
  it.each(casesFor(harness))('$name', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})
