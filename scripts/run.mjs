/** The door of the repository: `npm start`, `npm test` and the other tasks set everything up by themselves. */
// Only the version check may live here: what follows is loaded after it, so that an old Node.js gives a sentence and
// not a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    'spillway: this repository needs Node.js 20.19 or newer, and this is ' +
      process.version +
      '. Install a newer one (https://nodejs.org) and run the command again.',
  )
  process.exitCode = 1
} else {
  void import('./run/main.mjs').then(({ main }) => main(process.argv.slice(2)))
}
