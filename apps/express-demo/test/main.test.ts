/** The command as a person uses it: what it says to nonsense, and that Ctrl-C leaves nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { runsTypeScript } from '@spillway/demo-kit/testing'

const file = fileURLToPath(new URL('../src/main.ts', import.meta.url))
let child: ChildProcess | undefined
afterEach(() => void child?.kill('SIGKILL'))

/** Runs the command to its end; `onText` sees all that was written so far. */
async function run(args: readonly string[], onText: (text: string, child: ChildProcess) => void = () => {}) {
  const started = spawn(process.execPath, ['--conditions=@spillway/source', file, ...args], { stdio: 'pipe' })
  child = started
  let text = ''
  const hear = (part: string): void => onText((text += part), started)
  for (const stream of [started.stdout, started.stderr]) stream.setEncoding('utf8').on('data', hear)
  const [code] = (await once(started, 'close')) as [number | null]
  return { code, text }
}

/** Whether somebody listens there. */
function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

/** The same, but not at once: the kernel may hand a port that was just freed to somebody else, who soon gives it back. */
async function listensStill(url: string): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    if (!(await listens(url))) return false
    await wait(100)
  }
  return true
}

describe.skipIf(!runsTypeScript)('npm start', () => {
  test.each([
    [['--scenario', 'nonsense'], /Allowed choices are mixed, cpu, downstream, spike, keepalive/],
    [['--seconds', 'soon'], /It must be an integer from 8 to 3600/],
    [['--seconds', '-1'], /It must be an integer from 8 to 3600/],
    [['--load', ''], /It must be a number from 1 to 20/],
    [['--port', '70000'], /It must be an integer from 0 to 65534/],
    [['--what'], /unknown option '--what'/],
    [['what'], /too many arguments/],
  ])('explains what is wrong with %j', async (args, expected) => {
    const { code, text } = await run(args)
    expect(code).toBe(1)
    expect(text).toMatch(expected)
    expect(text).not.toMatch(/^\s+at /m)
  })

  test('tells in a sentence that a port is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as AddressInfo
    const { code, text } = await run(['--port', String(port)])
    squatter.close()
    expect(code).toBe(1)
    expect(text).toContain(`the unprotected twin could not start: port ${port} is in use`)
    expect(text).not.toMatch(/^\s+at /m)
  })

  test('ends at Ctrl-C with 130, and so does all that it started', { timeout: 20_000 }, async () => {
    const { code, text } = await run([], (said, started) => {
      if (said.includes('25 %')) started.kill('SIGINT')
    })
    const urls = text.match(/http:\S+:\d+/g) ?? []
    const twins = await Promise.all(urls.map(listensStill))
    // The clients share its output, which closes only when the last of them is gone.
    expect({ code, twins }).toEqual({ code: 130, twins: [false, false] })
  })
})
