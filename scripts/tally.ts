/** Counts what vitest's JSON reports and `pnpm check` say; as a program prints CI's last line, `N passed, N failed`. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { root } from './packages.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly FileResult[]
}

interface FileResult {
  readonly name: string
  readonly status: string
  readonly message?: string
  readonly assertionResults: readonly TestResult[]
}

interface TestResult {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[] | null
}

const failedTests = (file: FileResult): readonly TestResult[] =>
  file.assertionResults.filter(({ status }) => status === 'failed')

/** A test file that could not even be loaded has no tests to fail: it counts as one failure. */
export function tally(text: string): Tally {
  const report: Report = JSON.parse(text)
  const broken = report.testResults.filter((file) => file.status === 'failed' && failedTests(file).length === 0)
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length }
}

/** Each failure with the file, the test and what it says. */
export function failures(text: string): string {
  const report: Report = JSON.parse(text)
  return report.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap((file) => [
      ...(failedTests(file).length === 0 ? [`${file.name}\n  ${file.message ?? 'could not be loaded'}`] : []),
      ...failedTests(file).map(
        (test) => `${file.name} > ${test.fullName}\n  ${test.failureMessages?.join('\n  ') ?? ''}`,
      ),
    ])
    .join('\n\n')
    .replaceAll(/^\s*at .*(?:\/node_modules\/|<anonymous>|node:internal).*\n?/gm, '')
}

/** The steps that are suites count by their tests; a failed one still counts once, for it may have died without a report. */
function steps(report: string): Tally {
  const results: { name: string; passed: boolean }[] = JSON.parse(report)
  const suites = ['tests', 'matrix']
  return {
    passed: results.filter(({ name, passed }) => passed && !suites.includes(name)).length,
    failed: results.filter(({ passed }) => !passed).length,
  }
}

/** A command that failed without telling which test or step counts as one failure. */
function total(tallies: readonly Tally[], exitCode: string): Tally {
  const passed = tallies.reduce((sum, each) => sum + each.passed, 0)
  const failed = tallies.reduce((sum, each) => sum + each.failed, 0)
  return { passed, failed: exitCode !== '0' && failed === 0 ? 1 : failed }
}

/** Takes the exit codes of `npm test` and `pnpm check`; exits with 1 on any failure, and where no test ran. */
function main(testsExit = '1', checkExit = '1'): void {
  const read = (pattern: string): string[] =>
    globSync(pattern, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'))
  const tests = total(read('.reports/test.json').map(tally), testsExit)
  const rest = [...read('.reports/matrix-*.json').map(tally), ...read('.reports/check.json').map(steps)]
  const check = total(rest, checkExit)
  const ran = tests.passed > 0
  if (!ran) console.log('no test passed')
  console.log(`${tests.passed + check.passed} passed, ${tests.failed + check.failed} failed`)
  process.exitCode = tests.failed + check.failed === 0 && ran ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(...process.argv.slice(2))
