/** The command as a person uses it; what it says to every kind of nonsense is tested with the Express demo. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runsTypeScript } from '@spillway/demo-kit/testing'
import { describe, expect, test } from 'vitest'

const file = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function run(args: readonly string[]): Promise<{ code: unknown; text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=@spillway/source', file, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, text: stdout + stderr })
    })
  })
}

describe.skipIf(!runsTypeScript)('npm run demo:koa', () => {
  test('tells how it is called', async () => {
    const { code, text } = await run(['--help'])
    expect(code).toBe(0)
    expect(text).toContain('npm run demo:koa -- --scenario downstream')
  })

  test('explains what is wrong', async () => {
    const { code, text } = await run(['--load', 'much'])
    expect(code).toBe(1)
    expect(text).toContain('It must be a number from 1 to 20')
    expect(text).not.toMatch(/^\s+at /m)
  })
})
