/** The tests that `pnpm mutate` chose, and no others. */
import { defineConfig } from 'vitest/config'

import base from './vitest.config.ts'

export default defineConfig({ ...base, test: { ...base.test, include: process.env['MUTATE_TESTS']?.split(',') ?? [] } })
