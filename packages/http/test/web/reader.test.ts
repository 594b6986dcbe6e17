/** Reading requests of the Fetch API. */
import { pathOf, webReader } from '@spillway/http/web'
import { describe, expect, it } from 'vitest'

describe('webReader', () => {
  it('reads what policies ask for', () => {
    const headers = { 'X-Key': 'a' }
    const request = new Request('http://test/a/b?c=d', { method: 'POST', headers })
    const call = { request, peerAddress: '192.0.2.1' }
    expect(webReader.method(call)).toBe('POST')
    expect(webReader.url(call)).toBe('/a/b?c=d')
    expect(webReader.peerAddress(call)).toBe('192.0.2.1')
    expect(webReader.header(call, 'x-key')).toBe('a')
    expect(webReader.header(call, 'x-other')).toBe(undefined)
    expect(webReader.peerAddress({ request })).toBe(undefined)
  })

  it.each([
    ['http://host', '/'],
    ['http://host/', '/'],
    ['https://host:8443/a//b?x=http://other/y', '/a//b?x=http://other/y'],
  ])('finds the path of %s', (url, path) => {
    expect(pathOf(url)).toBe(path)
  })
})
