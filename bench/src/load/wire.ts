/** One client connection on a raw socket: writes a request, reads its response into the parser. */
import { connect, type Socket } from 'node:net'
import type { Job } from './job.ts'
import { ResponseParser } from './response-parser.ts'

export interface Target {
  readonly host: string
  readonly port: number
}

/** Who is told what happens on a wire. */
export interface WireOwner {
  /** The response of `wire.job` is whole. */
  answered(wire: Wire): void
  /** The connection is gone, and this was not our doing. */
  broken(wire: Wire): void
}

/** Responses are parsed where they are read, one after the other: all wires share this buffer. */
const shared = Buffer.allocUnsafe(65_536)

export class Wire {
  job: Job | undefined
  readonly parser: ResponseParser = new ResponseParser()
  /** Requests that were written here. */
  used = 0
  closed = false
  readonly #socket: Socket
  readonly #owner: WireOwner

  constructor(target: Target, owner: WireOwner) {
    this.#owner = owner
    this.#socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      autoSelectFamily: false,
      onread: { buffer: shared, callback: (length) => this.#read(length) },
    })
    this.#socket.on('end', () => this.#ended())
    this.#socket.on('error', () => this.#ended())
    this.#socket.on('close', () => this.#ended())
  }

  send(job: Job): void {
    this.job = job
    job.wire = this
    this.used++
    this.parser.reset()
    this.#socket.write(job.text, 'latin1')
  }

  /** Closes from our side; the owner is not told. */
  destroy(): void {
    this.closed = true
    this.#socket.destroy()
  }

  #read(length: number): boolean {
    if (this.closed) return false
    this.parser.feed(shared, length)
    if (this.parser.bad || (this.parser.done && this.job === undefined)) this.#break()
    else if (this.parser.done) this.#owner.answered(this)
    return true
  }

  #ended(): void {
    if (this.closed) return
    this.parser.end()
    if (this.parser.done && this.job !== undefined) {
      this.#owner.answered(this)
      this.destroy()
    } else this.#break()
  }

  #break(): void {
    this.destroy()
    this.#owner.broken(this)
  }
}
