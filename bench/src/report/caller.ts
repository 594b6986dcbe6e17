/** Paths as the caller meant them: pnpm runs a script of a package in that package's folder, and says where it was called. */
import { resolve } from 'node:path'

/** Resolves a path that somebody gave on the command line. */
export function fromCaller(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path)
}
