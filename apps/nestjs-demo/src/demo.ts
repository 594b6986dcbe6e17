/** What the kit is told about this demo. */
import type { DemoApp } from '@spillway/demo-kit'
import { server } from './build.ts'

export const demo: DemoApp = {
  framework: 'NestJS',
  line: 'imports: [SpillwayModule.forRoot()]',
  command: 'npm run demo:nestjs',
  server,
}
