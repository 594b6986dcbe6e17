/** `pnpm check`: every step that CI runs, one summary line each, and what a failed one printed. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { root } from '../packages.ts'
import { runStep } from './run-step.ts'
import { steps } from './steps.ts'
import type { StepResult } from './run-step.ts'

const usage = `usage: pnpm check [--only name,name] [--skip name,name]

${steps.map(({ name, purpose }) => `  ${name.padEnd(10)} ${purpose}`).join('\n')}`

/** The steps that the arguments choose. Throws a RangeError on a name that does not exist. */
function choose(args: string[]): typeof steps | undefined {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string' }, skip: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help === true) return undefined
  const names = (list: string | undefined): string[] | undefined => list?.split(',').map((name) => name.trim())
  const [only, skip] = [names(values.only), names(values.skip)]
  const unknown = [...(only ?? []), ...(skip ?? [])].find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) throw new RangeError(`there is no step "${unknown}"`)
  return steps.filter(({ name }) => (only?.includes(name) ?? true) && skip?.includes(name) !== true)
}

async function check(chosen: typeof steps): Promise<boolean> {
  const started = performance.now()
  const results: StepResult[] = []
  for (const step of chosen) {
    const result = await runStep(step)
    results.push(result)
    const line = `${result.passed ? '✓' : '✗'} ${step.name.padEnd(10)} ${(result.ms / 1000).toFixed(1).padStart(6)} s  ${step.purpose}`
    console.log(result.passed ? line : `${line}\n${result.output.trimEnd().replaceAll(/^/gm, '    ')}`)
  }
  mkdirSync(join(root, '.reports'), { recursive: true })
  writeFileSync(
    join(root, '.reports/check.json'),
    JSON.stringify(results.map(({ name, passed, ms }) => ({ name, passed, ms }))),
  )
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `${results.length - failed.length} of ${results.length} steps passed in ${seconds} s${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}`,
  )
  return failed.length === 0
}

try {
  const chosen = choose(process.argv.slice(2))
  if (chosen === undefined) console.log(usage)
  else process.exitCode = (await check(chosen)) ? 0 : 1
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  process.exitCode = 2
}
