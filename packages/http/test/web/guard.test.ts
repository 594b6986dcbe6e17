/** A policy in front of the Fetch API: when a request is over, without a server. */
import type { Verdict } from '@spillway/core'
import { RefusalError } from '@spillway/http'
import { deferred } from '@spillway/http/conformance'
import { createWebGuard } from '@spillway/http/web'
import type { WebNext } from '@spillway/http/web'
import { describe, expect, it } from 'vitest'
import { fakePolicy, full, type FakePolicy } from './fake-policy.ts'

interface Visit {
  readonly response: Promise<Response>
  readonly leave: () => void
}

function visit(policy: FakePolicy, next: WebNext, init: RequestInit = {}): Visit {
  const controller = new AbortController()
  const request = new Request('http://test/', { ...init, signal: controller.signal })
  const response = Promise.resolve(createWebGuard(policy)(request, request, next))
  return { response, leave: () => controller.abort() }
}

/** A body that the test writes. */
function source(): {
  body: ReadableStream<Uint8Array>
  write(text: string): void
  end(): void
  fail(): void
  cancelled: boolean
} {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => void (made.cancelled = true),
  })
  const made = {
    body,
    cancelled: false,
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
    fail: () => controller.error(new Error('the source failed')),
  }
  return made
}

/** Lets everything happen that is only a few promises away. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('createWebGuard: when a request is over', () => {
  it.each([
    ['has no body', () => new Response(null), {}, 'success'],
    ['is 204', () => new Response(null, { status: 204 }), {}, 'success'],
    ['is 304', () => new Response(null, { status: 304 }), {}, 'success'],
    ['answers HEAD, where nobody reads the body', () => new Response(source().body), { method: 'HEAD' }, 'success'],
    ['is an error', () => new Response(null, { status: 503 }), {}, 'dropped'],
  ] as const)('at once when the response %s', async (_what, answer, init, outcome) => {
    const policy = fakePolicy()
    const response = answer()
    expect(await visit(policy, () => response, init).response).toBe(response)
    expect(policy.calls).toEqual(['enter', outcome])
  })

  it('at once when the body is text, though nobody has read it', async () => {
    const policy = fakePolicy()
    const response = await visit(policy, () => new Response('text')).response
    await settle()
    expect(policy.calls).toEqual(['enter', 'success'])
    expect(await response.text()).toBe('text')
    expect(policy.calls).toEqual(['enter', 'success'])
  })

  it('when a stream has ended, and not before', async () => {
    const policy = fakePolicy()
    const stream = source()
    const response = await visit(policy, () => new Response(stream.body)).response
    const reader = response.body!.getReader()
    for (const text of ['one', 'two']) {
      stream.write(text)
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(text)
      expect(policy.calls).toEqual(['enter'])
    }
    stream.end()
    await settle()
    expect(policy.calls).toEqual(['enter', 'success'])
    expect((await reader.read()).done).toBe(true)
    expect(policy.calls).toEqual(['enter', 'success'])
  })

  it('when the reader of a stream cancels it, which cancels the source', async () => {
    const policy = fakePolicy()
    const stream = source()
    const response = await visit(policy, () => new Response(stream.body)).response
    await response.body!.cancel()
    expect(policy.calls).toEqual(['enter', 'ignored'])
    expect(stream.cancelled).toBe(true)
  })

  it('when the source of a stream fails, and the reader hears of it', async () => {
    const policy = fakePolicy()
    const stream = source()
    const response = await visit(policy, () => new Response(stream.body)).response
    stream.fail()
    await expect(response.text()).rejects.toThrow('the source failed')
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })

  it('when the client leaves in the middle of a stream, once', async () => {
    const policy = fakePolicy()
    const stream = source()
    const { response, leave } = visit(policy, () => new Response(stream.body))
    const { body } = await response
    leave()
    expect(policy.calls).toEqual(['enter', 'ignored'])
    await body!.cancel()
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })

  it('when the client of a handler that never settles leaves', () => {
    const policy = fakePolicy()
    const { leave } = visit(policy, () => new Promise<never>(() => {}))
    expect(policy.calls).toEqual(['enter'])
    leave()
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })

  it('once, when the handler answers a client that has left', async () => {
    const policy = fakePolicy()
    const reply = deferred<Response>()
    const { response, leave } = visit(policy, () => reply.promise)
    leave()
    const late = new Response('late')
    reply.resolve(late)
    expect(await response).toBe(late)
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })

  it('when the handler throws or rejects, as a 500', async () => {
    const statuses: number[] = []
    const outcome = (_ticket: unknown, status: number): 'ignored' => (statuses.push(status), 'ignored')
    const fault = new Error('a fault')
    const policy = fakePolicy(undefined, { outcome })
    const thrown = visit(policy, () => {
      throw fault
    })
    await expect(thrown.response).rejects.toBe(fault)
    await expect(visit(policy, () => Promise.reject(fault)).response).rejects.toBe(fault)
    expect(policy.calls).toEqual(['enter', 'ignored', 'enter', 'ignored'])
    expect(statuses).toEqual([500, 500])
  })

  it('at once, and ignored, when the connection speaks another protocol from now on', async () => {
    const policy = fakePolicy()
    const response = Object.assign(new Response('never ends'), { webSocket: {} })
    expect(await visit(policy, () => response).response).toBe(response)
    expect(policy.calls).toEqual(['enter', 'ignored'])
    expect(response.bodyUsed || response.body?.locked).toBe(false)
  })

  it('and says nothing about load when it was server-sent events', async () => {
    const policy = fakePolicy()
    const headers = { 'content-type': 'text/event-stream; charset=utf-8' }
    await (await visit(policy, () => new Response('data: 1\n\n', { headers })).response).text()
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })

  it('when its policy needs no end, at once: the response is passed on as it is', async () => {
    const policy = fakePolicy(undefined, { settlesAtOnce: true })
    const response = new Response(source().body)
    expect(await visit(policy, () => response).response).toBe(response)
    expect(policy.calls).toEqual(['enter', 'ignored'])
  })
})

describe('createWebGuard: what it sends', () => {
  it('keeps status, headers and the length of the body', async () => {
    const headers = { 'content-length': '4', 'set-cookie': 'a=1', etag: '"x"' }
    const made = new Response('made', { status: 201, headers })
    made.headers.append('set-cookie', 'b=2')
    const response = await visit(fakePolicy(), () => made).response
    expect([response.status, await response.text()]).toEqual([201, 'made'])
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-length': '4', etag: '"x"' })
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('sets headers on what it lets in, also where they must not be changed', async () => {
    for (const overrides of [{}, { settlesAtOnce: true }]) {
      const policy = fakePolicy(undefined, { ...overrides, admitHeaders: () => ['RateLimit', 'r=1'] })
      const immutable = Response.redirect('http://test/there', 302)
      expect(() => immutable.headers.set('a', 'b')).toThrow('immutable')
      const response = await visit(policy, () => immutable).response
      expect([response.status, response.headers.get('ratelimit')]).toEqual([302, 'r=1'])
      expect(response.headers.get('location')).toBe('http://test/there')
    }
  })

  it('answers a refusal without asking the handler', async () => {
    const policy = fakePolicy(() => full)
    const response = await visit(policy, () => expect.unreachable()).response
    expect([response.status, await response.text()]).toEqual([503, '{"full":true}'])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(policy.calls).toEqual(['enter'])
  })

  it('throws it in mode error', async () => {
    const policy = fakePolicy(() => full, { mode: 'error' })
    const request = new Request('http://test/')
    expect(() => createWebGuard(policy)(request, request, () => expect.unreachable())).toThrow(RefusalError)
  })

  it('closes the connection after a refused upload, and tells that nobody reads a short body', async () => {
    const policy = fakePolicy(() => full)
    const long = visit(policy, () => expect.unreachable(), {
      method: 'POST',
      body: 'x',
      headers: { 'content-length': '70000' },
    })
    expect((await long.response).headers.get('connection')).toBe('close')
    const request = new Request('http://test/', { method: 'POST', body: 'short', headers: { 'content-length': '5' } })
    const short = await createWebGuard(policy)(request, request, () => expect.unreachable())
    expect(short.headers.get('connection')).toBe(null)
    expect(request.bodyUsed).toBe(true)
  })
})

describe('createWebGuard: requests that wait or pass', () => {
  it('runs the handler when the verdict is in, or refuses', async () => {
    for (const [verdict, status] of [
      [undefined, 200],
      [full, 503],
    ] as const) {
      const pending = deferred<Verdict>()
      let ran = 0
      const { response } = visit(
        fakePolicy(() => pending.promise),
        () => (ran++, new Response('ok')),
      )
      expect(ran).toBe(0)
      pending.resolve(verdict)
      expect((await response).status).toBe(status)
      expect(ran).toBe(Number(status === 200))
    }
  })

  it('cancels the wait of a client that leaves, and its promise settles', async () => {
    const pending = deferred<Verdict>()
    const cancel = (): void => pending.resolve({ ...full, reason: 'cancelled' })
    const policy = fakePolicy(() => pending.promise, { cancel })
    const { response, leave } = visit(policy, () => expect.unreachable())
    leave()
    expect((await response).status).toBe(499)
    expect(policy.calls).toEqual(['enter'])
  })

  it('revokes an admission that comes when the client has just left', async () => {
    const pending = deferred<Verdict>()
    const policy = fakePolicy(() => pending.promise)
    const { response, leave } = visit(policy, () => expect.unreachable())
    pending.resolve(undefined)
    leave()
    expect((await response).status).toBe(499)
    expect(policy.calls).toEqual(['enter', 'cancel', 'revoked'])
  })

  it('costs a client that has left before nothing', async () => {
    const policy = fakePolicy()
    const request = new Request('http://test/', { signal: AbortSignal.abort() })
    const response = await createWebGuard(policy)(request, request, () => expect.unreachable())
    expect([response.status, policy.calls]).toEqual([499, []])
  })

  it('neither counts what is skipped, nor anything twice', async () => {
    const skipping = fakePolicy(undefined, { skip: () => true })
    await visit(skipping, () => new Response(null)).response
    expect(skipping.calls).toEqual([])

    const policy = fakePolicy()
    const request = new Request('http://test/')
    const [outer, inner] = [createWebGuard(policy), createWebGuard(policy)]
    await outer(request, request, () => inner(request, request, () => new Response(null)))
    expect(policy.calls).toEqual(['enter', 'success'])
  })
})
