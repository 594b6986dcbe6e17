/** What is being measured right now: one line on stderr that rewrites itself, plain lines where there is no terminal. */

/** Shows what a long run is doing. */
export interface Progress {
  show(text: string): void
  /** Removes the line. */
  clear(): void
}

/** Progress on stderr, so that stdout stays a clean report. */
export function createProgress(name: string): Progress {
  const stream = process.stderr
  const terminal = stream.isTTY
  return {
    show: (text) => void stream.write(terminal ? `\r\x1B[2K${name}: ${text}` : `${name}: ${text}\n`),
    clear: () => void (terminal && stream.write('\r\x1B[2K')),
  }
}
