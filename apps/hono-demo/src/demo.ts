/** What the kit is told about this demo. */
import type { DemoApp } from '@spillway/demo-kit'

export const demo: DemoApp = {
  framework: 'Hono',
  line: 'app.use(overloadControl({ priority }))',
  command: 'npm run demo:hono',
  server: new URL('./server.ts', import.meta.url),
}
