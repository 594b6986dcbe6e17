/** What `npm run demo:koa` runs. */
import { runDemo } from '@spillway/demo-kit'
import { demo } from './demo.ts'

await runDemo(demo)
