/** One vitest for the whole repository; packages resolve to their sources, so no build is needed. */
import { defineConfig } from 'vitest/config'

import { nest11 } from './test/nest11.ts'
import { snippetModules } from './test/snippets.ts'

/** Tests that overload real servers: they want both cores, so nothing runs beside them. */
const overloading = ['apps/*/test/survival.test.ts']

export default defineConfig({
  plugins: [snippetModules()],
  // For the tests and the demo of NestJS; the package itself has no decorator syntax, so that Node.js can run its sources.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  ssr: { resolve: { conditions: ['@spillway/source'] } },
  test: {
    // A hang must end, but a machine that is busy with something else must not fail a law that takes a second of processor time.
    testTimeout: 30_000,
    setupFiles: ['test/long-laws.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'suite',
          include: [
            'packages/*/test/**/*.test.ts',
            'apps/*/test/**/*.test.ts',
            'bench/test/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          exclude: overloading,
        },
      },
      {
        extends: true,
        plugins: [nest11()],
        test: { name: 'nest11', env: { NEST_MAJOR: '11' }, include: ['packages/nestjs/test/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'overload', include: overloading, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
