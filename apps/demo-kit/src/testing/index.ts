/** What the tests of every demo share. */
export { shopCases, uploadWithoutEnd } from './shop-cases.ts'
export type { ShopCase } from './shop-cases.ts'
export { survivalTest, survive } from './survive.ts'
export { runsTypeScript } from './typescript.ts'
