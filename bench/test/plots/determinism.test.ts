/** Pictures are the same whenever they are drawn. */
import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { pictureSpec, toSvg, type Picture } from '../../src/chart/index.ts'
import { plots } from '../../src/plots/plots.ts'

/** Cheap ones: of the algorithm alone, of a virtual clock, and of the simulator. */
const cheap = plots.filter(({ name }) => ['hysteresis', 'executor', 'bbr-limit'].includes(name))

it('has the cheap plots', () => {
  expect(cheap).toHaveLength(3)
})

it.each(cheap)('draws $name again as it lies in the guide', async (plot) => {
  const { name } = plot
  const make = (): Picture | Promise<Picture> => plot.make()
  const drawn = await toSvg(pictureSpec(await make()))
  const kept = readFileSync(new URL(`../../../docs/guide/plots/${name}.svg`, import.meta.url), 'utf8')
  // Not toBe: what differs in 40 kB is not to be read.
  expect(`${drawn}\n` === kept, 'run pnpm bench:plots, and look at the picture').toBe(true)
  expect((await toSvg(pictureSpec(await make()))) === drawn, 'another picture the second time').toBe(true)
})
