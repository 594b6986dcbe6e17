/** One vitest for the whole repository; packages resolve to their sources, so no build is needed. */
import { defineConfig } from 'vitest/config'

import { nest11 } from './test/nest11.ts'
import { snippetModules } from './test/snippets.ts'

export default defineConfig({
  plugins: [snippetModules()],
  // For the tests and the demo of NestJS; the package itself has no decorator syntax, so that Node.js can run its sources.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  ssr: { resolve: { conditions: ['@spillway/source'] } },
  test: {
    // A hang must end, but a machine that is busy with something else must not fail a law that takes a second of processor time.
    testTimeout: 30_000,
    setupFiles: ['test/long-laws.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'spillway',
          include: [
            'packages/*/test/**/*.test.ts',
            'apps/*/test/**/*.test.ts',
            'bench/test/**/*.test.ts',
            'test/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        plugins: [nest11()],
        test: { name: 'nest11', env: { NEST_MAJOR: '11' }, include: ['packages/nestjs/test/**/*.test.ts'] },
      },
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
