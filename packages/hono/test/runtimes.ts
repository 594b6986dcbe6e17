/** The runtimes beside Node.js: where their binaries are, how they are started, and the harness that drives them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Counts, Harness } from '@spillway/http/conformance'
import { rolldown } from 'rolldown'
import { type Bridge, openBridge } from './bridge.ts'
import { type Directive, paths } from './protocol.ts'

/** A runtime that may not be installed. */
export interface Runtime {
  readonly name: 'bun' | 'deno' | 'workerd'
  readonly binary: string
  /** Arguments that run the file in the folder. */
  readonly args: (folder: string, file: string) => readonly string[]
  readonly lacks: NonNullable<Harness['lacks']>
}

const noUpgrades = 'upgrades are asked of the runtime, with a response of its own: see the test of WebSockets'

const modules = join(import.meta.dirname, '../../../tooling/runtimes/node_modules')

// Old enough for every switch that is needed to be one of the defaults.
const workerdConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "main", esModule = embed "program.mjs")],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["enable_request_signal"],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`

export const runtimes: readonly Runtime[] = [
  {
    name: 'bun',
    binary: join(modules, '@oven/bun-linux-x64/bin/bun'),
    args: (_folder, file) => [file],
    lacks: {
      upgrades: noUpgrades,
      pipelining:
        'Bun answers no pipelined requests when its handler is asynchronous, and may not even start the first',
      slowReaders: 'Bun cuts long texts into chunks and asks for the next when the last was sent',
    },
  },
  {
    name: 'deno',
    binary: join(modules, '@deno/linux-x64-glibc/deno'),
    args: (_folder, file) => ['run', '--allow-net=127.0.0.1', '--no-prompt', file],
    lacks: {
      upgrades: noUpgrades,
      refusedUploads: 'Deno answers, but keeps the connection open for the rest, whether it is told to close it or not',
      uploadDisconnects: 'Deno hears of a client that left during its upload only when the upload is read',
    },
  },
  {
    name: 'workerd',
    binary: join(modules, '@cloudflare/workerd-linux-64/bin/workerd'),
    args: (folder) => ['serve', join(folder, 'config.capnp'), '--control-fd=1'],
    lacks: {
      upgrades: noUpgrades,
      disconnects:
        'workerd by itself tells a worker of no disconnect, neither by the signal nor by cancelling the body',
      slowReaders: 'workerd cuts long texts into chunks and asks for the next when the last was sent',
    },
  },
]

/** Whether it can be run here. */
export function isInstalled({ binary }: Runtime): boolean {
  return existsSync(binary)
}

/** A program that runs, and the way to the suite for it. */
export interface RunningRuntime {
  readonly port: number
  readonly harness: Harness
  /** The same, with places that are taken back after so long. */
  leasing(maxHoldMs: number): Harness
  close(): Promise<void>
}

async function bundle(name: string, file: string): Promise<void> {
  const built = await rolldown({
    input: join(import.meta.dirname, 'fixtures', `${name}.ts`),
    platform: 'neutral',
    external: /^node:/,
    resolve: { conditionNames: ['@spillway/source', 'import', 'default'], mainFields: ['module', 'main'] },
  })
  await built.write({ file, format: 'esm' })
  await built.close()
}

/** Resolves with the port that the program prints first. */
async function portOf(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { port } = JSON.parse(line) as { port?: number }
    if (port !== undefined) return port
  }
  throw new Error('the runtime ended before it listened')
}

/** Starts a runtime with the program. One process for all cases: each mounts what it needs. */
export async function start(runtime: Runtime): Promise<RunningRuntime> {
  const folder = await mkdtemp(join(tmpdir(), `spillway-${runtime.name}-`))
  const file = join(folder, 'program.mjs')
  await bundle(runtime.name, file)
  await writeFile(join(folder, 'config.capnp'), workerdConfig)
  const child = spawn(runtime.binary, runtime.args(folder, file), { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const [port, bridge] = await Promise.all([portOf(child), openBridge()])
  child.stdout?.resume()
  return {
    port,
    harness: harness(runtime, { port, bridge }),
    leasing: (maxHoldMs) => harness(runtime, { port, bridge, maxHoldMs }),
    async close() {
      child.kill('SIGKILL')
      bridge.close()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Connection extends Pick<Directive, 'maxHoldMs'> {
  readonly port: number
  readonly bridge: Bridge
}

function harness({ lacks }: Runtime, { port, bridge, ...rest }: Connection): Harness {
  const url = `http://127.0.0.1:${port}`
  return {
    lacks,
    async serve({ control, application, mounts = 1 }) {
      const scene = bridge.add(application)
      const directive: Directive = { ...rest, control, mounts, bridge: scene.url }
      await fetch(url + paths.mount, { method: 'POST', body: JSON.stringify(directive) })
      return {
        port,
        counts: async () => (await (await fetch(url + paths.counts)).json()) as Counts,
        close: () => scene.close(),
      }
    },
  }
}
