/** The tests that `pnpm mutate` chose, and no others. */
import { defineConfig } from 'vitest/config'

import base from './vitest.config.ts'

const { projects: _all, ...test } = base.test ?? {}

export default defineConfig({ ...base, test: { ...test, include: process.env['MUTATE_TESTS']?.split(',') ?? [] } })
