/** The door of the repository tells what is wrong in plain sentences. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

// @ts-expect-error: plain JavaScript without declarations, for it runs before TypeScript is installed
import { explain } from '../scripts/run/explain.mjs'
import { tally } from '../scripts/tally.ts'
import { root } from './workspace.ts'

describe('run.mjs', () => {
  it('names its tasks when asked for one that does not exist', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/run.mjs'), 'tset'], {
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^spillway: there is no task "tset"\.\nusage: .*\n {2}start /)
  })
})

describe('explain', () => {
  it.each([
    ['  × installing\n  │ 33200ffb": No\n  │       space left on device (os error 28)', 'the disk is full'],
    ['Error: ERR_PNPM_OUTDATED_LOCKFILE\n\n  × installing dependencies', 'pnpm-lock.yaml does not fit'],
    ['  │ (Connect): dns error: error resolving DNS: failed to lookup address', 'registry cannot be reached'],
    ['npm error code EAI_AGAIN\nnpm error syscall getaddrinfo', 'registry cannot be reached'],
    ["npm error code EACCES\nnpm error path '/x/.tools'", 'may not be written'],
    [
      'npm error code ETARGET\nnpm error notarget No matching version found',
      'does not have one of the pinned versions',
    ],
  ])('turns %j into a sentence', (output, sentence) => {
    expect(explain('could not install', output)).toMatch(new RegExp(`^could not install: .*${sentence}.*\\.$`))
  })

  it('shows the end of an output that it does not know', () => {
    expect(explain('could not install', 'one\ntwo')).toMatch(/not known here.*\n {2}one\n {2}two$/)
  })
})

describe('tally', () => {
  it('counts a test file that cannot be loaded as a failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ]
    const report = JSON.stringify({ numPassedTests: 2, numFailedTests: 1, testResults })
    expect(tally(report)).toEqual({ passed: 2, failed: 2 })
  })
})
