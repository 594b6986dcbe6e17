/** What the tests of every demo share. */
export { casesOf } from './cases-of.ts'
export type { AppCase } from './cases-of.ts'
export { survivalTest, survive } from './survive.ts'
export { runsTypeScript } from './typescript.ts'
