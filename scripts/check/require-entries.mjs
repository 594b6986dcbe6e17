/** Loads every built entry by `import()` and by `require()`, under this Node.js and under the oldest of the matrix. */
// Plain JavaScript: the oldest supported Node.js runs it too.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const oldest = join(root, 'tooling/matrix/node_modules/node20/bin/node')

async function load(folder) {
  const file = join(root, 'packages', folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const require = createRequire(file)
  for (const [entry, { default: path }] of Object.entries(manifest.publishConfig.exports)) {
    const required = require(join(root, 'packages', folder, path))
    const imported = await import(pathToFileURL(join(root, 'packages', folder, path)))
    // An entry may say what require() gives: for functions that CommonJS calls as they are.
    const expected = imported['module.exports'] ?? imported
    if (required !== expected) throw new Error(`${manifest.name}${entry.slice(1)}: require() and import() differ`)
  }
}

for (const folder of readdirSync(join(root, 'packages'))) await load(folder)

const nested = process.argv.includes('--nested')
if (!nested && existsSync(oldest)) {
  // A deprecation warning at require() would reach every user with CommonJS.
  const args = ['--throw-deprecation', fileURLToPath(import.meta.url), '--nested']
  const { status, stderr } = spawnSync(oldest, args, { encoding: 'utf8' })
  if (status !== 0 || stderr !== '') {
    console.error(`under Node.js 20:\n${stderr}`)
    process.exitCode = 1
  }
} else if (!nested && process.env.CI === 'true') {
  console.error('CI must load the entries under Node.js 20 too, and tooling/matrix is not installed')
  process.exitCode = 1
}
