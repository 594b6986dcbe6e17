/** What `npm run demo:nestjs` runs. */
import { runDemo } from '@spillway/demo-kit'
import { buildServer } from './build.ts'
import { demo } from './demo.ts'

await buildServer()
await runDemo(demo)
