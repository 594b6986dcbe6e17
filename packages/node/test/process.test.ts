/** The signals in real processes: an idle loop beside a saturated one, a heap that fills up, and an end that nobody delays. */
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

const flags = ['--experimental-strip-types', '--no-warnings', '--conditions=@spillway/source']
const pathOf = (fixture: string): string => fileURLToPath(new URL(`fixtures/${fixture}.ts`, import.meta.url))

async function output(fixture: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [...flags, pathOf(fixture)], { timeout: 20_000 })
  return JSON.parse(stdout)
}

/** How far a server came whose heap fills up. */
interface Spiral {
  readonly event: 'pressed' | 'turn' | 'end'
  readonly begun: number
  readonly refused: number
  /** Share of the old generation. */
  readonly used: number
}

async function spiral(mode: 'bare' | 'shed'): Promise<{ readonly events: readonly Spiral[]; readonly died: string }> {
  const args = ['--max-old-space-size=64', ...flags, pathOf('spiral'), mode]
  // Away from the repository, where a process that dies might leave its remains.
  const options = { timeout: 30_000, cwd: tmpdir(), env: { ...process.env, NODE_OPTIONS: '' } }
  const { stdout, stderr } = await run(process.execPath, args, options).catch((error: unknown) => {
    return error as { readonly stdout: string; readonly stderr: string }
  })
  const events = stdout.split('\n').filter((line) => line.endsWith('}'))
  return { events: events.map((line) => JSON.parse(line) as Spiral), died: /FATAL ERROR.*/.exec(stderr)?.[0] ?? '' }
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

  // A signal is a net and no controller: where others take the processor at the wrong moment even the shed process may die. Three tries.
  const tries = { retry: 2, timeout: 60_000 }
  it(
    'warn of a heap that fills up while there is room for much more work, and shedding by them saves the process',
    tries,
    async () => {
      // One after the other, so that the two do not take the processor from each other.
      const bare = await spiral('bare')
      const shed = await spiral('shed')
      // Left alone it dies of it, long after the warning: counted in work, for the time depends on the machine.
      expect(bare.died).toContain('heap out of memory')
      const warning = bare.events.find(({ event }) => event === 'pressed')
      expect(warning?.used).toBeLessThan(0.85)
      expect(bare.events.at(-1)?.begun).toBeGreaterThan(1.25 * warning!.begun)
      // The same load is survived by refusing a part of it, and the rest goes on being served.
      expect(shed.died).toBe('')
      const [pressed, end] = (['pressed', 'end'] as const).map((name) =>
        shed.events.find(({ event }) => event === name),
      )
      expect(end?.refused).toBeGreaterThan(0)
      expect(end?.begun).toBeGreaterThan(pressed!.begun)
    },
  )

  it('do not keep it alive', async () => {
    expect(await output('exits')).toEqual([0, 0, 0, 0, 0])
  }, 30_000)
})
