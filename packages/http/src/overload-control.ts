/** Core's overload control, wired to HTTP. */
import type { HttpOptions } from './options.ts'

/** Options of `overloadControl()`. */
export interface OverloadControlOptions<Req> extends HttpOptions<Req> {}
