/** Whatever happens to a request of the Fetch API, in whichever order: what was let in is over exactly once, and bytes are not touched. */
import type { Verdict } from '@spillway/core'
import { deferred } from '@spillway/http/conformance'
import { createWebGuard } from '@spillway/http/web'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakePolicy, full } from './fake-policy.ts'

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Step = 'admit' | 'refuse' | 'answer' | 'fail' | 'write' | 'end' | 'break' | 'read' | 'cancel' | 'leave' | 'settle'
const steps: readonly Step[] = [
  'admit',
  'refuse',
  'answer',
  'fail',
  'write',
  'end',
  'break',
  'read',
  'cancel',
  'leave',
  'settle',
]

/** One request, and everything that can happen to it. */
function scene(waits: boolean) {
  const verdict = deferred<Verdict>()
  const reply = deferred<Response>()
  reply.promise.catch(() => {}) // nobody may ask for it
  const policy = fakePolicy(() => (waits ? verdict.promise : undefined), {
    cancel: () => verdict.resolve({ ...full, reason: 'cancelled' }),
  })
  const client = new AbortController()
  const request = new Request('http://test/', { signal: client.signal })
  let source!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (source = controller) })
  const response = Promise.resolve(createWebGuard(policy)(request, request, () => reply.promise))
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  void response.then(
    (found) => void (reader = found.body?.getReader()),
    () => {},
  )
  const attempt = (fn: () => unknown): void => {
    try {
      void Promise.resolve(fn()).catch(() => {})
    } catch {
      // A stream that has ended takes nothing any more.
    }
  }
  const play: Record<Step, () => void | Promise<void>> = {
    admit: () => verdict.resolve(undefined),
    refuse: () => verdict.resolve(full),
    answer: () => attempt(() => reply.resolve(new Response(body))),
    fail: () => reply.reject(new Error('a fault')),
    write: () => attempt(() => source.enqueue(new Uint8Array(8))),
    end: () => attempt(() => source.close()),
    break: () => attempt(() => source.error(new Error('broken'))),
    read: () => attempt(() => reader?.read()),
    cancel: () => attempt(() => reader?.cancel()),
    leave: () => client.abort(),
    settle,
  }
  return { policy, play, client }
}

describe('laws of createWebGuard', () => {
  it('leaves exactly once what was let in, and never what was not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(fc.constantFrom(...steps), { maxLength: 15 }), async (waits, order) => {
        const { policy, play } = scene(waits)
        for (const step of order) await play[step]()
        // In the end every verdict is given, and every client leaves.
        await play.refuse()
        await settle()
        await play.leave()
        await settle()
        const leaves = policy.calls.filter((call) => call !== 'enter' && call !== 'cancel')
        const wasRefused = waits && order.find((step) => ['admit', 'refuse', 'leave'].includes(step)) !== 'admit'
        if (!wasRefused) expect(leaves).toHaveLength(1)
        else expect(leaves).toEqual([])
      }),
    )
  })

  it('passes every byte of a body on, in order, whatever its chunks', async () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), async (parts, slow) => {
        let at = 0
        const body = new ReadableStream<Uint8Array>({
          async pull(controller) {
            if (slow) await settle()
            const part = parts[at++]
            if (part === undefined) controller.close()
            else controller.enqueue(part)
          },
        })
        const policy = fakePolicy()
        const request = new Request('http://test/')
        const response = await createWebGuard(policy)(request, request, () => new Response(body))
        const got = new Uint8Array(await response.arrayBuffer())
        expect([...got]).toEqual(parts.flatMap((part) => [...part]))
        expect(policy.calls).toEqual(['enter', 'success'])
      }),
    )
  })

  it('takes no more than two chunks from the source that nobody has asked for', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => (pulled++, controller.enqueue(new Uint8Array(1))) },
      { highWaterMark: 0 },
    )
    const request = new Request('http://test/')
    const response = await createWebGuard(fakePolicy())(request, request, () => new Response(body))
    await settle()
    expect(pulled).toBe(2)
    const reader = response.body!.getReader()
    await reader.read()
    await settle()
    expect(pulled).toBe(3)
  })
})
