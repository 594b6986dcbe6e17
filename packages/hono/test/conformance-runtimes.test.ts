/** Hono on Bun, Deno and workerd keeps every promise that its runtime lets anybody keep. */
import { casesFor, leftOut } from '@spillway/http/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, type RunningRuntime, runtimes, start } from './runtimes.ts'

// One that is missing is told of, and fails under CI, in runtimes.test.ts.
describe.each(runtimes.filter(isInstalled))('Hono on $name', (runtime) => {
  let running: RunningRuntime
  beforeAll(async () => {
    running = await start(runtime)
  }, 60_000)
  afterAll(() => running?.close())

  it.each(casesFor(runtime))('$name', async ({ run }) => {
    await expect(run(running.harness)).resolves.toBeUndefined()
  })

  it.for(leftOut(runtime))('$name: $why', ({ why }, { skip }) => skip(why))
})
