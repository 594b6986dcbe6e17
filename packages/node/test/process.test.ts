/** The signals in real processes: an idle loop beside a saturated one, and an end that nobody delays. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

async function output(fixture: string): Promise<unknown> {
  const path = fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url))
  const flags = ['--experimental-strip-types', '--no-warnings', '--conditions=@spillway/source']
  const { stdout } = await run(process.execPath, [...flags, path], { timeout: 20_000 })
  return JSON.parse(stdout)
}

type Readings = Record<'delayMs' | 'utilization' | 'driftMs' | 'driftShare', number>

// The fixtures are TypeScript, and Node.js 20 does not run that.
const runsTypeScript = process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')

describe.runIf(runsTypeScript)('signals of a real process', () => {
  it('tell a saturated loop from an idle one, by the counters of Node.js and by drift', async () => {
    const { idle, saturated } = (await output('saturate')) as { idle: Readings; saturated: Readings }
    // Ratios, because a busy machine makes any absolute bound wrong.
    expect(saturated.utilization).toBeGreaterThan(2 * idle.utilization)
    expect(saturated.utilization).toBeGreaterThan(0.9)
    expect(saturated.delayMs).toBeGreaterThan(2 * idle.delayMs)
    expect(saturated.driftMs).toBeGreaterThan(2 * idle.driftMs)
    expect(saturated.driftShare).toBeGreaterThan(2 * idle.driftShare)
  }, 30_000)

  it('do not keep it alive', async () => {
    expect(await output('exits')).toEqual([0, 0, 0, 0, 0])
  }, 30_000)
})
