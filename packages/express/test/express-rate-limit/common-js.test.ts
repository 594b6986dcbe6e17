/** What `require()` gives is what it gives of express-rate-limit: a function with everything on it. */
import * as entry from '@spillway/express/express-rate-limit'
import * as theirs from 'express-rate-limit'
import { describe, expect, it } from 'vitest'
import { listen, statuses } from './support.ts'
import express from 'express'

const { 'module.exports': required, ...named } = entry

describe('require() of the entry', () => {
  it('gives the function', async () => {
    const app = express().use(required({ limit: 1 }), (_req, res) => void res.send('ok'))
    expect(await statuses(await listen(app), ['/', '/'])).toEqual([200, 429])
  })

  it('has every export of the entry on it, and of express-rate-limit', () => {
    expect(Object.fromEntries(Object.entries(required))).toEqual({ ...named })
    expect(Object.keys(theirs).filter((name) => !(name in required))).toEqual([])
  })
})
