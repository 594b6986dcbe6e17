/** What `npm run demo:hono` runs. */
import { runDemo } from '@spillway/demo-kit'
import { demo } from './demo.ts'

await runDemo(demo)
