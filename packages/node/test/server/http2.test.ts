/** What only HTTP/2 can do: streams that are held back at the client, and refusals that may be tried again at once. */
import type { ServerResponse } from 'node:http'
import { connect } from 'node:http2'
import { AimdLimit, FixedLimit } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { eventually } from '@spillway/http/conformance'
import { protectServer, type NodeListener, type ProtectServerOptions } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { create, listen, listenerOf } from '../support/servers.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup()
})

async function serve(options: ProtectServerOptions, listener: NodeListener, serverOptions: object = {}) {
  const clock = new VirtualClock()
  const server = create('h2c', listener, serverOptions)
  const protection = protectServer(server, options, { clock, loop: clock, random: () => 0, signals: [] })
  const port = await listen(server)
  const session = connect(`http://127.0.0.1:${port}`)
  await new Promise((resolve) => session.once('remoteSettings', resolve))
  cleanups.push(
    () => protection.close(),
    () => void server.close(),
    () => session.destroy(),
  )
  /** Sends requests; tells how each ended. */
  const send = (count: number): Promise<string>[] => Array.from({ length: count }, () => outcomeOf(session))
  return { clock, protection, session, send, server }
}

function outcomeOf(session: ReturnType<typeof connect>): Promise<string> {
  return new Promise((resolve) => {
    const stream = session.request({ ':path': '/' })
    stream.on('response', (headers) => resolve(String(headers[':status'])))
    stream.on('error', () => resolve(`reset ${stream.rstCode}`))
    stream.resume().end()
  })
}

describe('concurrent streams', () => {
  it('follow the limit while requests are refused, and are given back after', async () => {
    const answers: ServerResponse[] = []
    const listener = listenerOf((_req, res) => void answers.push(res))
    // Room for three; no line, so that the others are refused.
    const options = {
      limit: new FixedLimit(3),
      maxWaitMs: 1,
      actions: { concurrentStreams: { headroom: 2, minStreams: 1 } },
    }
    const { clock, protection, session, send } = await serve(options, listener)
    const before = session.remoteSettings.maxConcurrentStreams
    const first = send(20)
    await eventually('three run', () => answers.length === 3)
    await clock.advance(1000)
    await eventually('others were refused', () => protection.snapshot().overloaded)
    await clock.advance(250)
    await eventually('six streams are left', () => session.remoteSettings.maxConcurrentStreams === 6)
    for (const answer of answers) answer.end('ok')
    const outcomes = await Promise.all(first)
    expect(outcomes.filter((outcome) => outcome === '200')).toHaveLength(3)
    expect(outcomes.filter((outcome) => outcome === '503')).toHaveLength(17)
    await clock.advance(13_000)
    await eventually('all are given back', () => session.remoteSettings.maxConcurrentStreams === before)
  })

  it('are never more than the server lets them be, and come back with close()', async () => {
    const listener = listenerOf((_req, res) => void res.end())
    const options = { limit: new AimdLimit({ initialLimit: 40 }), actions: { concurrentStreams: { headroom: 1 } } }
    const { clock, protection, session, send } = await serve(options, listener, {
      settings: { maxConcurrentStreams: 50 },
    })
    expect(session.remoteSettings.maxConcurrentStreams).toBe(50)
    protection.policy.control.drain()
    expect(await Promise.all(send(1))).toEqual(['503'])
    // Draining is no overload.
    await clock.advance(2000)
    expect(session.remoteSettings.maxConcurrentStreams).toBe(50)
  })
})

describe('refusals of streams', () => {
  const hello = listenerOf((_req, res) => void res.end())

  it('are answers by default, and resets that are safe to try again where asked for', async () => {
    const answering = await serve({}, hello)
    answering.protection.policy.control.drain()
    expect(await Promise.all(answering.send(2))).toEqual(['503', '503'])
    const resetting = await serve({ http2Refusals: 'reset' }, hello)
    resetting.protection.policy.control.drain()
    expect(await Promise.all(resetting.send(2))).toEqual(['reset 7', 'reset 7'])
    expect(resetting.protection.snapshot()).toMatchObject({ inflight: 0, waiting: 0 })
  })
})
