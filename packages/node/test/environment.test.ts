/** The environment of a process, and which process it is. */
import { systemClock, systemLoop } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { detectRuntime, nodeEnvironment } from '@spillway/node'
import { describe, expect, it } from 'vitest'

describe('nodeEnvironment', () => {
  it('has the clock and the loop of the system and shares its signals', () => {
    const [first, second] = [nodeEnvironment(), nodeEnvironment()]
    expect(first).toMatchObject({ clock: systemClock, loop: systemLoop })
    expect(first.signals.map((signal) => signal.name)).toEqual(['heap', 'gc', 'memory'])
    expect(second.signals).toBe(first.signals)
  })

  it('takes what it is given', () => {
    const clock = new VirtualClock()
    expect(nodeEnvironment({ clock, signals: [] })).toMatchObject({ clock, signals: [] })
  })

  it('names an option that it does not know', () => {
    expect(() => nodeEnvironment({ clok: 1 } as object)).toThrow('unknown option "clok"')
  })
})

describe('detectRuntime', () => {
  const release = { name: 'node' }
  const cases = {
    node: { process: { release, versions: { node: '24' } }, navigator: { userAgent: 'Node.js/24' } },
    bun: { process: { release, versions: { node: '24', bun: '1' } } },
    deno: { process: { release, versions: { node: '24', deno: '2' } } },
    workerd: { process: { release, versions: { node: '24' } }, navigator: { userAgent: 'Cloudflare-Workers' } },
    unknown: {},
  }
  for (const [name, host] of Object.entries(cases)) {
    it(`knows ${name}`, () => {
      expect(detectRuntime(host)).toBe(name)
    })
  }
})
