/** Child process: measures one subject alone, so that no other shapes its machine code, and prints one line of JSON. */
import { addressKeys, roundOrder, scatteredKeys, scatteredOrder } from './keys.ts'
import { subjects } from './subjects.ts'
import type { Decider, Plan, Quota } from './subjects.ts'

/** What is asked of a decider. */
interface Scenario {
  readonly name: string
  readonly keys: number
  /** Each turn another string with the same text, as every request brings its own. */
  readonly copies?: boolean
  /** The strings lie in memory in the order of their turns: near the caches, as a request's key is that was just made. */
  readonly inTurn?: boolean
  readonly quota: Quota
}

const generous: Quota = { limit: 1_000_000_000, windowMs: 600_000 }

/** ns and bytes per decision by scenario. */
export type CellResult = Readonly<Record<string, { readonly ns: number; readonly bytes: number }>>

const scenarios: readonly Scenario[] = [
  { name: 'hot', keys: 1, quota: generous },
  { name: 'hot, new strings', keys: 1, copies: true, quota: generous },
  { name: '10k keys', keys: 10_000, quota: generous },
  { name: '1M keys', keys: 1_000_000, inTurn: true, quota: { limit: 1_000, windowMs: 6_000_000 } },
  { name: '1M keys, cold strings', keys: 1_000_000, quota: { limit: 1_000, windowMs: 6_000_000 } },
  { name: 'refused', keys: 1, quota: { limit: 1, windowMs: 600_000 } },
]

function planOf({ keys, copies, inTurn }: Scenario): Plan {
  if (inTurn === true) return { keys: scatteredKeys(keys), order: roundOrder(keys) }
  if (copies !== true) return { keys: addressKeys(keys), order: scatteredOrder(keys) }
  return {
    keys: Array.from({ length: 1024 }, () => Buffer.from('192.168.100.17').toString('latin1')),
    order: scatteredOrder(1024),
  }
}

async function nsPerDecision(decide: Decider, plan: Plan, operations: number): Promise<number> {
  // Warm up on everything at once: code gets hot and all keys get in.
  for (let i = 0; i < 3; i++) await decide(plan, Math.max(operations, plan.keys.length > 9999 ? 2 ** 20 : 0))
  const start = process.hrtime.bigint()
  await decide(plan, operations)
  return Number(process.hrtime.bigint() - start) / operations
}

async function bytesPerDecision(decide: Decider, plan: Plan, operations: number): Promise<number> {
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    gc?.()
    const before = process.memoryUsage().heapUsed
    await decide(plan, operations)
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / operations)
  }
  return Math.max(0, least)
}

const [name, only = '', speed = '1000000', heap = '1000000'] = process.argv.slice(2)
const subject = subjects.find((candidate) => candidate.name === name)
if (subject === undefined) throw new Error(`no subject ${name}`)
const results: Record<string, { ns: number; bytes: number }> = {}
for (const scenario of scenarios) {
  if ((subject.keyless === true && scenario.keys > 1) || (only !== '' && !only.split('|').includes(scenario.name)))
    continue
  const plan = planOf(scenario)
  const decide = subject.make(scenario.quota)
  const ns = await nsPerDecision(decide, plan, Number(speed))
  results[scenario.name] = { ns, bytes: Number(heap) > 0 ? await bytesPerDecision(decide, plan, Number(heap)) : NaN }
}
console.log(JSON.stringify(results))
