/** How `pnpm mutate` mutates. What is mutated, and by which tests it is judged, comes from scripts/mutate.ts. */
export default {
  testRunner: 'vitest',
  // Found by name only: the default pattern looks beside Stryker itself, where pnpm puts nothing else.
  plugins: ['@stryker-mutator/vitest-runner'],
  // Not by Stryker's own `testFiles`, with which it never activates a mutant of what runs when a module is loaded.
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  // TypeScript 7 has not the API that Stryker would rewrite a tsconfig.json with, and vitest reads none.
  tsconfigFile: 'none.json',
  ignorePatterns: ['.reports', '.tools', '.turbo', 'apps', 'bench', 'docs', 'coverage', 'dist'],
  coverageAnalysis: 'perTest',
  // A mutant is killed by the first test that fails, and by not coming to an end.
  timeoutMS: 3000,
  timeoutFactor: 1.5,
  concurrency: 1,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: '.reports/mutation/mutation.json' },
  htmlReporter: { fileName: '.reports/mutation/mutation.html' },
  tempDirName: '.reports/mutation/tmp',
  cleanTempDir: 'always',
  allowConsoleColors: false,
}
