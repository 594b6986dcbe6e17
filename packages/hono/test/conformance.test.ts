/** Hono on Node.js keeps every promise, by the response of Node.js and by that of the Fetch API. */
import { casesFor, leftOut } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { fetchHarness, nodeHarness } from './harness.ts'

describe.each([
  ['Node.js', nodeHarness],
  ['Node.js, Fetch API alone', fetchHarness],
])('Hono on %s', (_name, harness) => {
  it.each(casesFor(harness))('$name', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })

  it.for(leftOut(harness))('$name: $why', ({ why }, { skip }) => skip(why))
})
