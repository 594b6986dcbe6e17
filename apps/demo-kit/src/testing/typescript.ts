/** Tests that start TypeScript children need a Node.js that runs them as they are. */

/** Whether this one does; says so loudly where not, so that nobody takes a skipped test for a passed one. */
export const runsTypeScript: boolean = check()

function check(): boolean {
  const able = process.features.typescript !== undefined && process.features.typescript !== false
  if (!able) console.error(`\n*** SKIPPED: Node.js ${process.version} cannot run the demo, which is TypeScript. ***\n`)
  return able
}
