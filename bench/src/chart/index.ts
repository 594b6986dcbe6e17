/** Pictures of benchmark results. */
export { drawGoodput } from './goodput.ts'
