/** What every benchmark of the repository reports with. */
export { createReport } from './report.ts'
export type { Report } from './report.ts'
export type { Figure, FigureInit, Target } from './figure.ts'
export type { Cell, Row } from './table.ts'
export type { Progress } from './progress.ts'
export { interleave, median } from './rounds.ts'
export { fromCaller } from './caller.ts'
