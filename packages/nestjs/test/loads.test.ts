/** The package loads as it is, by Node.js itself, where nothing of what it can do without is installed. */
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const optional = ['graphql', 'websockets', 'microservices', 'throttler', 'apollo', 'platform-fastify']

/** Finds none of the optional packages. */
const hooks = `export async function resolve(specifier, context, next) {
  if (${JSON.stringify(optional)}.some((name) => specifier.startsWith('@nestjs/' + name))) throw new Error('not installed: ' + specifier)
  return next(specifier, context)
}`

const program = `
import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}))
const [main, throttler] = await Promise.all([import('@spillway/nestjs'), import('@spillway/nestjs/throttler')])
const { NestFactory } = await import('@nestjs/core')
const { Module } = await import('@nestjs/common')
class App {}
Module({ imports: [main.SpillwayModule.forRoot(), throttler.ThrottlerModule.forRoot([])] })(App)
const app = await NestFactory.create(App, { logger: false })
await app.listen(0, '127.0.0.1')
const { status } = await fetch(await app.getUrl())
await app.close()
console.log(status, Object.keys(main).length > 5)
`

it.skipIf(Number(process.versions.node.split('.')[0]) < 22)(
  'runs from its sources without optional packages',
  async () => {
    const cwd = dirname(fileURLToPath(import.meta.url))
    const args = [
      '--conditions=@spillway/source',
      '--experimental-strip-types',
      '--input-type=module',
      '--eval',
      program,
    ]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd })
    expect(stdout.trim()).toBe('404 true')
  },
)
