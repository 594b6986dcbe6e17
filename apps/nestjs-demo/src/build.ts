/** Decorators are no JavaScript yet: makes the server into something that Node.js can run. */
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The compiled server. */
export const server: URL = new URL('../dist/server.js', import.meta.url)

/** Compiles `server.ts` and what belongs to it; packages stay what they are. Takes some tens of milliseconds. */
export async function buildServer(): Promise<void> {
  await build({
    input: file('./server.ts'),
    // All packages; what the compiler itself needs comes along.
    external: (id) => /^[a-z@]/.test(id) && !id.startsWith('@oxc-project/'),
    tsconfig: false,
    transform: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    output: { file: file('../dist/server.js'), sourcemap: true },
    logLevel: 'warn',
  })
}
