/** Hono on Bun, Deno and workerd keeps every promise that its runtime lets anybody keep. */
import { casesFor, conformanceCases } from '@spillway/http/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimes, start, isInstalled, type RunningRuntime } from './runtimes.ts'

describe.each(runtimes)('Hono on $name', (runtime) => {
  let running: RunningRuntime
  beforeAll(async () => {
    running = await start(runtime)
  }, 60_000)
  afterAll(() => running?.close())

  it.each(casesFor({ serve: () => Promise.reject(new Error('unused')) }))('$name', async ({ run }) => {
    await expect(run(running.harness)).resolves.toBeUndefined()
  })
})
