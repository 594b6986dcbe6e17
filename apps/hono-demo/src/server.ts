/** One twin, in a process of its own. */
import { serveTwin } from '@spillway/demo-kit/shop'
import { createApp } from './app.ts'

await serveTwin(createApp)
