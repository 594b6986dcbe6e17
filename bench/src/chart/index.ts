/** Pictures of benchmark results and of the guide's experiments. */
export { drawGoodput } from './goodput.ts'
export { pictureSpec } from './picture.ts'
export { colour } from './palette.ts'
export { toSvg } from './render.ts'
export { toPng } from './draw.ts'
export type { Axis, Mark, Panel, Picture, Point, Rule, Series, Span } from './panel.ts'
