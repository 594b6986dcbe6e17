/** The hook in front of a server's listeners: whoever else stands there keeps their place. */
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { ProtectableServer } from '../../src/server/action.ts'
import { hookRequests } from '../../src/server/request-hook.ts'

/** Requests are only names here. */
const nameOf = (req: unknown): string => req as string

function scene() {
  const emitter = new EventEmitter()
  const log: string[] = []
  emitter.on('request', (req: string) => log.push(`first ${req}`))
  return { emitter, log, server: emitter as unknown as ProtectableServer }
}

describe('a request hook', () => {
  it('stands in front of listeners of requests, and of nothing else', () => {
    const { emitter, log, server } = scene()
    const unhook = hookRequests(server, (event, req, _res, proceed) => {
      log.push(`${event} ${nameOf(req)}`)
      if (nameOf(req) !== 'bad') proceed()
    })
    emitter.on('other', () => log.push('other'))
    emitter.once('request', (req: string) => log.push(`once ${req}`))
    expect(emitter.emit('request', 'a', {})).toBe(true)
    emitter.emit('request', 'bad', {})
    emitter.emit('other')
    emitter.on('checkContinue', (req: string) => log.push(`asked ${req}`))
    emitter.emit('checkContinue', 'b', {})
    unhook()
    emitter.emit('request', 'c', {})
    expect(log).toEqual([
      'request a',
      'first a',
      'once a',
      'request bad',
      'other',
      'checkContinue b',
      'asked b',
      'first c',
    ])
    expect(Object.hasOwn(emitter, 'emit')).toBe(false)
  })

  it('lets a body come when nobody is left who wanted to be asked', () => {
    const { emitter, log, server } = scene()
    hookRequests(server, (_event, _req, _res, proceed) => proceed())
    emitter.emit('checkContinue', 'a', { writeContinue: () => log.push('continue') })
    expect(log).toEqual(['continue', 'first a'])
  })

  it('calls what others have put there before, and gives it back', () => {
    const { emitter, log, server } = scene()
    const traced = emitter.emit.bind(emitter)
    const tracer = (event: string | symbol, ...args: unknown[]): boolean => {
      log.push('traced')
      return traced(event, ...args)
    }
    emitter.emit = tracer
    const unhook = hookRequests(server, (_event, req, _res, proceed) => void (nameOf(req) !== 'bad' && proceed()))
    emitter.emit('request', 'a', {})
    emitter.emit('request', 'bad', {})
    expect(log).toEqual(['traced', 'first a'])
    unhook()
    expect(Reflect.get(emitter, 'emit')).toBe(tracer)
  })

  it('only passes on, once it is undone below somebody who came later', () => {
    const { emitter, log, server } = scene()
    const unhook = hookRequests(server, () => void log.push('hooked'))
    const ours = emitter.emit.bind(emitter)
    const later = (event: string | symbol, ...args: unknown[]): boolean => ours(event, ...args)
    emitter.emit = later
    emitter.emit('request', 'a', {})
    unhook()
    emitter.emit('request', 'b', {})
    expect(log).toEqual(['hooked', 'first b'])
    expect(Reflect.get(emitter, 'emit')).toBe(later)
  })
})
