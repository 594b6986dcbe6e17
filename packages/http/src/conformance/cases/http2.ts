/** The same promises over HTTP/2, where a stream is reset and no connection closes. */
import assert from 'node:assert/strict'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { eventually } from '../client.ts'
import type { ConformanceCase } from '../harness.ts'
import { staged } from '../stage.ts'

interface StreamAnswer {
  status: number | undefined
  body: string
  leave(): void
}

function open(session: ClientHttp2Session): StreamAnswer {
  const stream = session.request({ ':path': '/' })
  const answer: StreamAnswer = {
    status: undefined,
    body: '',
    leave: () => stream.close(constants.NGHTTP2_CANCEL),
  }
  stream.on('error', () => {}) // a reset is one way to be told that it is over
  stream.setEncoding('utf8').on('data', (chunk: string) => (answer.body += chunk))
  stream.on('response', (headers) => (answer.status = headers[':status']))
  return answer
}

export const http2Cases: readonly ConformanceCase[] = [
  {
    name: 'admits, refuses and forgets HTTP/2 streams',
    applies: (harness) => harness.hasHttp2 === true,
    async run(harness) {
      const control = { kind: 'concurrencyLimit', options: { limit: 1 } } as const
      await staged(
        harness,
        control,
        async (stage) => {
          const session = connect(`http://127.0.0.1:${stage.port}`)
          const reset = open(session)
          await stage.entered(1)
          const refused = open(session)
          await eventually('the second was refused', () => refused.body !== '')
          assert.equal(refused.status, 503)
          reset.leave()
          await eventually('the place was free', async () => (await stage.inflight()) === 0)
          const served = open(session)
          ;(await stage.entered(2)).reply.resolve({ body: 'ok' })
          await eventually('the third was served', () => served.body === 'ok')
          assert.equal(served.status, 200)
          session.close()
        },
        { http2: true },
      )
    },
  },
]
