/** A plot of the guide: the name of its page, and what is to be drawn. */
import type { Picture } from '../chart/index.ts'

export interface Plot {
  /** The page `docs/guide/<name>.md` and the picture `docs/guide/plots/<name>.svg`. */
  readonly name: string
  /** Runs the experiment. Equal results every time: chance comes from seeds, time is virtual. */
  make(): Picture | Promise<Picture>
}
