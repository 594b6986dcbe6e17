/** What the kit is told about this demo. */
import type { DemoApp } from '@spillway/demo-kit'

export const demo: DemoApp = {
  framework: 'Koa',
  line: 'app.use(overloadControl({ priority }))',
  command: 'npm run demo:koa',
  server: new URL('./server.ts', import.meta.url),
}
