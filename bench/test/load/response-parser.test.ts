/** The response parser, against responses cut anywhere. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResponseParser } from '../../src/load/response-parser.ts'

const crlf = '\r\n'

/** A response, and what is to be read from it. */
interface Sample {
  readonly text: string
  readonly status: number
  readonly keepAlive: boolean
}

const statuses = fc.constantFrom(200, 201, 204, 304, 404, 429, 500, 503)
const bodies = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 5 })

function responseOf(
  status: number,
  body: readonly string[],
  how: { chunked: boolean; close: boolean; interim: boolean },
): Sample {
  const head = [`HTTP/1.1 ${status} Whatever`, 'Date: now', ...(how.close ? ['Connection: Close'] : [])]
  const empty = status === 204 || status === 304
  const whole = Buffer.from(body.join(''))
  if (!empty) head.push(how.chunked ? 'Transfer-Encoding: chunked' : `CONTENT-LENGTH: ${whole.length}`)
  const chunks = body.map((part) => `${Buffer.byteLength(part).toString(16)};ext=1${crlf}${part}${crlf}`).join('')
  const payload = empty ? '' : how.chunked ? `${chunks}0${crlf}Trailer: x${crlf}${crlf}` : whole.toString()
  const interim = how.interim ? `HTTP/1.1 103 Early Hints${crlf}Link: x${crlf}${crlf}` : ''
  return { text: `${interim}${head.join(crlf)}${crlf}${crlf}${payload}`, status, keepAlive: !how.close }
}

const samples = fc
  .tuple(statuses, bodies, fc.record({ chunked: fc.boolean(), close: fc.boolean(), interim: fc.boolean() }))
  .map(([status, body, how]) => responseOf(status, body, how))

/** Cuts bytes into pieces at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b)
  return [0, ...at]
    .map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
    .filter(({ length }) => length > 0)
}

function fed(text: string): ResponseParser {
  const parser = new ResponseParser()
  parser.feed(Buffer.from(text))
  return parser
}

describe('ResponseParser', () => {
  test('reads any response however it is cut', () => {
    fc.assert(
      fc.property(samples, fc.array(fc.nat(), { maxLength: 20 }), ({ text, status, keepAlive }, places) => {
        const parser = new ResponseParser()
        const pieces = cut(Buffer.from(text), places)
        for (const [index, piece] of pieces.entries()) {
          expect(parser.done && index < pieces.length).toBe(false)
          parser.feed(piece)
        }
        expect(parser).toMatchObject({ done: true, bad: false, status, keepAlive })
      }),
      { numRuns: 500 },
    )
  })

  test('reads one byte at a time', () => {
    const { text, status } = responseOf(503, ['over', 'load'], { chunked: true, close: false, interim: true })
    const parser = new ResponseParser()
    for (const byte of Buffer.from(text)) parser.feed(Buffer.from([byte]))
    expect(parser).toMatchObject({ done: true, status })
  })

  test('reads one response after another when reset between them', () => {
    const parser = new ResponseParser()
    fc.assert(
      fc.property(samples, ({ text, status }) => {
        parser.reset()
        parser.feed(Buffer.from(text))
        expect(parser).toMatchObject({ done: true, status })
      }),
    )
  })

  test('is bad when more comes than the response', () => {
    fc.assert(
      fc.property(samples, ({ text }) => {
        expect(fed(`${text}x`).bad).toBe(true)
      }),
    )
  })

  test('ends a body without length when the connection ends', () => {
    const parser = fed('HTTP/1.1 200 OK\r\n\r\nhello')
    expect(parser.done).toBe(false)
    parser.end()
    expect(parser).toMatchObject({ done: true, status: 200, keepAlive: false })
  })

  test('is bad when the connection ends within a head or a counted body', () => {
    for (const text of ['', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhell']) {
      const parser = fed(text)
      parser.end()
      expect(parser.bad).toBe(true)
    }
  })

  test.each([
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n',
  ])('is bad on %j', (text) => {
    expect(fed(text).bad).toBe(true)
  })

  test('does not buffer a head without end', () => {
    expect(fed(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`).bad).toBe(true)
  })

  test('keeps an HTTP/1.0 connection only when told so', () => {
    expect(fed('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n').keepAlive).toBe(false)
    expect(fed('HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n').keepAlive).toBe(true)
  })
})
