/** What every demo runs: one shop without and one with overload control, the same overload for both, and what becomes of them. */
import type { DemoApp } from '../app.ts'
import { type Display, openDisplay } from './display.ts'
import { Leash } from './leash.ts'
import { type Options, readOptions } from './options.ts'
import { Problem } from './problem.ts'
import { capacityOf, openPair, orderOf, overload } from './run.ts'
import { summary } from './summary.ts'

/** Runs a demo by what the command line says, and ends the process. */
export async function runDemo(app: DemoApp, argv: readonly string[] = process.argv): Promise<never> {
  const options = readOptions(app.command, argv)
  const display = openDisplay(process.stdout, options.plain)
  const leash = new Leash()
  leaveNothingBehind(leash, display)
  try {
    await show(app, options, { leash, display })
    process.exit(0)
  } catch (error) {
    display.close()
    console.error(`${app.command}: ${explain(error)}`)
    process.exit(1)
  }
}

function leaveNothingBehind(leash: Leash, display: Display): void {
  process.on('exit', () => {
    leash.cut()
    display.close()
  })
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code))
  }
  // Whoever read our lines has left, as `head` does: nothing is wrong, and there is nobody to tell.
  process.stdout.on('error', () => process.exit(0))
}

interface Tools {
  readonly leash: Leash
  readonly display: Display
}

async function show(app: DemoApp, { port, ...rest }: Options, { leash, display }: Tools): Promise<void> {
  display.progress('Starting two shops ...', 0)
  const pair = await openPair(app, port, leash)
  display.opened({ unprotected: pair.unprotected.url, protected: pair.protected.url })
  const capacity = await capacityOf(pair, rest, { leash, display })
  const results = await overload(pair, orderOf(rest, capacity), { leash, display })
  display.close()
  const width = process.stdout.isTTY ? process.stdout.columns - 1 : 100
  console.log(`\n${summary({ ...results, load: rest.load, width }).join('\n')}`)
}

function explain(error: unknown): string {
  if (error instanceof Problem) return error.message
  return `the demo broke in an unforeseen way: ${error instanceof Error ? error.message : String(error)}`
}
