/** Sets up what a task needs (pnpm, packages, Node.js), then runs it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { install } from './install.mjs'
import { findPnpm } from './pnpm.mjs'
import { Problem, ROOT, run } from './process.mjs'

/** No tool phones home from a contributor's machine. */
const QUIET = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

/** Each task: how it is told to the user, whether it needs the Node.js matrix, and the command it becomes. */
const TASKS = {
  start: { help: 'run the Express demo (npm start -- --help lists its options)', command: demo('express') },
  'demo:express': { help: 'the same', command: demo('express') },
  'demo:koa': { help: 'run the Koa demo', command: demo('koa') },
  'demo:hono': { help: 'run the Hono demo', command: demo('hono') },
  'demo:nestjs': { help: 'run the NestJS demo', command: demo('nestjs') },
  test: { help: 'run every test (npm test -- <vitest arguments>)', command: testCommand },
  check: {
    help: 'run exactly what CI runs (--only a,b and --skip a,b choose steps)',
    command: script('check/main.ts'),
  },
  matrix: {
    help: 'run the package suites under Node.js 20, 22, 24 and 26',
    command: script('matrix.ts'),
    matrix: true,
  },
  conformance: {
    help: 'which adapter keeps which promise, on which framework, runtime and Node.js (--help lists its options)',
    command: script('conformance.ts'),
    matrix: true,
  },
  setup: { help: 'install the packages and nothing else', command: () => undefined },
}

/**
 * Runs one task. Never rejects: the exit code is the task's own, and what goes wrong before it is told in a sentence.
 * @param {string[]} argv
 */
export async function main(argv) {
  const [name = '', ...args] = argv
  try {
    if (!Object.hasOwn(TASKS, name)) throw new Problem(`there is no task "${name}".\n${usage()}`)
    process.exitCode = await perform(TASKS[name], args)
  } catch (error) {
    process.exitCode = 1
    if (error instanceof Problem) console.error(`spillway: ${error.message}`)
    else console.error(`spillway: the task "${name}" broke in an unforeseen way: ${String(error)}`)
  }
}

/**
 * @param {{ command: (args: string[]) => unknown, matrix?: boolean }} task
 * @param {string[]} args
 */
async function perform(task, args) {
  const pnpm = await findPnpm()
  const wantsMatrix = task.matrix === true || (task === TASKS.check && includesMatrix(args))
  await install(pnpm, { matrix: wantsMatrix })
  const command = await task.command(args)
  if (command === undefined) return 0
  const path = [join(ROOT, 'node_modules/.bin'), ...pnpm.path, process.env.PATH].join(':')
  return run(command.file, command.args, {
    cwd: command.cwd ?? ROOT,
    env: { ...process.env, ...QUIET, PATH: path },
  })
}

/**
 * The app's own `start` script, started without a shell or pnpm between, so that signals reach it directly.
 * @param {string} framework
 */
function demo(framework) {
  return async (args) => {
    const cwd = join(ROOT, 'apps', `${framework}-demo`)
    const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'))
    if (scripts?.start === undefined) throw new Problem(`apps/${framework}-demo has no "start" script to run.`)
    const [file, ...own] = scripts.start.split(' ')
    return { file, args: [...own, ...args], cwd }
  }
}

/** CI reads the JSON report; people read the default one. */
function testCommand(args) {
  const report =
    process.env.CI === 'true' ? ['--reporter=default', '--reporter=json', '--outputFile.json=.reports/test.json'] : []
  return { file: 'vitest', args: ['run', ...report, ...args] }
}

/** @param {string} path below scripts/ */
function script(path) {
  return (args) => ({ file: 'node', args: [join('scripts', path), ...args] })
}

/** Spares the 400 MB of other Node.js versions where the chosen steps do not use them. */
function includesMatrix(args) {
  const list = (flag) => args[args.indexOf(flag) + 1]?.split(',') ?? []
  if (args.includes('--help')) return false
  if (args.includes('--only')) return list('--only').includes('matrix')
  return !(args.includes('--skip') && list('--skip').includes('matrix'))
}

function usage() {
  const rows = Object.entries(TASKS).map(([name, task]) => `  ${name.padEnd(8)}${task.help}`)
  return ['usage: node scripts/run.mjs <task> [arguments]', ...rows].join('\n')
}
