/** Starts a demo. What its server needs is in `./shop`, what its tests need in `./testing`. */
export type { CreateTwin, DemoApp, Side, TwinApp, TwinControl } from './app.ts'
export { runDemo } from './run/demo.ts'
