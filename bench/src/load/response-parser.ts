/** A minimal HTTP/1.1 response parser: status, where the body ends, and whether the connection stays usable. */

type Step = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'until-close' | 'done' | 'bad'

/** A head longer than this is a fault of the server, not something to buffer. */
const maxHeadBytes = 65_536

const CR = 13
const LF = 10

/** Eats one response after the other from chunks of any size; keeps the status and forgets the body. */
export class ResponseParser {
  status = 0
  /** Whether the connection may carry another request. */
  keepAlive = true
  #step: Step = 'head'
  #head = ''
  /** Bytes of the body or of the chunk that are still to come. */
  #rest = 0
  #line = ''

  /** The whole response was seen. */
  get done(): boolean {
    return this.#step === 'done'
  }

  /** What came is not an HTTP/1.1 response, or more came than the response. */
  get bad(): boolean {
    return this.#step === 'bad'
  }

  /** Some byte of the response was seen. */
  get started(): boolean {
    return this.#step !== 'head' || this.#head.length > 0
  }

  reset(): void {
    this.status = 0
    this.keepAlive = true
    this.#step = 'head'
    this.#head = ''
    this.#rest = 0
    this.#line = ''
  }

  /** Takes the first `length` bytes of `chunk`. */
  feed(chunk: Buffer, length: number = chunk.length): void {
    let at = 0
    while (at < length && this.#step !== 'bad') {
      if (this.#step === 'head') at = this.#feedHead(chunk, at, length)
      else if (this.#step === 'fixed') at = this.#skip(at, length, 'done')
      else if (this.#step === 'chunk-data') at = this.#skip(at, length, 'chunk-end')
      else if (this.#step === 'until-close') at = length
      else if (this.#step === 'done') this.#step = 'bad'
      else at = this.#feedLine(chunk, at, length)
    }
  }

  /** The peer has ended its side: completes a body that only the end delimits. */
  end(): void {
    this.keepAlive = false
    if (this.#step === 'until-close') this.#step = 'done'
    else if (this.#step !== 'done') this.#step = 'bad'
  }

  #skip(at: number, length: number, after: Step): number {
    const taken = Math.min(this.#rest, length - at)
    this.#rest -= taken
    if (this.#rest === 0) this.#step = after
    return at + taken
  }

  #feedHead(chunk: Buffer, at: number, length: number): number {
    const known = this.#head.length
    this.#head += chunk.toString('latin1', at, length)
    const end = this.#head.indexOf('\r\n\r\n', Math.max(0, known - 3))
    if (end < 0) {
      if (this.#head.length > maxHeadBytes) this.#step = 'bad'
      return length
    }
    const next = at + (end + 4 - known)
    const head = this.#head.slice(0, end)
    this.#head = ''
    this.#step = this.#readHead(head)
    return next
  }

  #readHead(head: string): Step {
    const first = /^HTTP\/1\.([01]) (\d{3})(?: [^\r\n]*)?(?=\r\n|$)/.exec(head)
    if (first === null) return 'bad'
    const status = Number(first[2])
    // Interim responses (100, 103) precede the real one; 101 would end HTTP, and nobody here asks for it.
    if (status < 200) return status === 101 ? 'bad' : 'head'
    this.status = status
    const connection = field(head, 'connection')
    this.keepAlive = first[1] === '1' ? !/\bclose\b/i.test(connection ?? '') : /\bkeep-alive\b/i.test(connection ?? '')
    if (status === 204 || status === 304) return 'done'
    if (/\bchunked\b/i.test(field(head, 'transfer-encoding') ?? '')) return 'chunk-size'
    return this.#readLength(field(head, 'content-length'))
  }

  #readLength(written: string | undefined): Step {
    if (written === undefined) {
      this.keepAlive = false
      return 'until-close'
    }
    if (!/^\d{1,15}$/.test(written)) return 'bad'
    this.#rest = Number(written)
    return this.#rest === 0 ? 'done' : 'fixed'
  }

  #feedLine(chunk: Buffer, at: number, length: number): number {
    for (let index = at; index < length; index++) {
      const byte = chunk[index]
      if (byte === LF) {
        const line = this.#line
        this.#line = ''
        this.#step = this.#readLine(line)
        return index + 1
      }
      if (byte !== CR) this.#line += String.fromCharCode(byte ?? 0)
      if (this.#line.length > maxHeadBytes) this.#step = 'bad'
    }
    return length
  }

  #readLine(line: string): Step {
    if (this.#step === 'chunk-end') return line === '' ? 'chunk-size' : 'bad'
    if (this.#step === 'trailer') return line === '' ? 'done' : 'trailer'
    const size = /^([0-9a-f]{1,8})(?:[;\s].*)?$/i.exec(line)?.[1]
    if (size === undefined) return 'bad'
    this.#rest = Number.parseInt(size, 16)
    return this.#rest === 0 ? 'trailer' : 'chunk-data'
  }
}

/** The value of a header field in a head, or `undefined`. */
function field(head: string, name: string): string | undefined {
  const lower = head.toLowerCase()
  const at = lower.indexOf(`\r\n${name}:`)
  if (at < 0) return undefined
  const from = at + name.length + 3
  const to = head.indexOf('\r\n', from)
  return head.slice(from, to < 0 ? undefined : to).trim()
}
