/** Turns the output of a failed install into one plain sentence. */

/** What the package managers print, and what it means to the person in front of it. The first that matches wins. */
const CAUSES = [
  [/ENOSPC|no space left/i, 'the disk is full. Free about 1 GB and run the command again'],
  [
    /OUTDATED_LOCKFILE|FROZEN_LOCKFILE|lockfile[^.\n]*(?:not up to date|out of date|does not satisfy)|CATALOG_ENTRY_NOT_FOUND/i,
    'pnpm-lock.yaml does not fit the package.json files. Run "pnpm install" and commit the lockfile',
  ],
  [
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    'a file or folder may not be written here (permissions)',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|dns error|error sending request|network/i,
    'the package registry cannot be reached. Check the network (or the proxy settings) and run the command again',
  ],
  [/\b404\b|NO_MATCHING_VERSION|ETARGET|E404/i, 'the registry does not have one of the pinned versions'],
  [/INTEGRITY|checksum/i, 'a downloaded package differs from what pnpm-lock.yaml expects. Nothing of it was run'],
]

/**
 * @param {string} what what was tried, as the start of a sentence
 * @param {string} output what the package manager printed
 */
export function explain(what, output) {
  // pnpm wraps its messages into a column and draws a line beside them.
  const text = output.replaceAll(/\s*\n[\s│]*/g, ' ')
  const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1]
  if (cause !== undefined) return `${what}: ${cause}.`
  const last = output.trim().split('\n').slice(-8).join('\n  ')
  return `${what}, for a reason that is not known here. The end of its output:\n  ${last}`
}
