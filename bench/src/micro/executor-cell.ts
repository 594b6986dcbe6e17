/** Child process: what one subject takes to run jobs that do nothing, and prints one line of JSON. */
import { executorSubjects } from './executor-subjects.ts'

/** By scenario: ns per task, and bytes if they were weighed. */
export type ExecutorResult = Readonly<Record<string, number>>

const burst = 1000
/** Few enough that nothing is collected while they are weighed. */
const weighed = 5

/** So many tasks, and how long they took or what they left. */
type Scenario = (run: () => Promise<unknown>) => Promise<void>

/** What is asked of a subject. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'bursts of 1000': async (run) => {
    const all: Array<Promise<unknown>> = []
    for (let i = 0; i < burst; i++) all.push(run())
    await Promise.all(all)
  },
  'one after the other': async (run) => {
    for (let i = 0; i < burst; i++) await run()
  },
}

async function nsPerTask(scenario: Scenario, run: () => Promise<unknown>, budgetMs: number): Promise<number> {
  const until = async (ms: number): Promise<number> => {
    const start = performance.now()
    let tasks = 0
    let elapsed = 0
    while (elapsed < ms) {
      await scenario(run)
      tasks += burst
      elapsed = performance.now() - start
    }
    return (elapsed * 1e6) / tasks
  }
  await until(budgetMs)
  return await until(budgetMs)
}

async function bytesPerTask(scenario: Scenario, run: () => Promise<unknown>): Promise<number> {
  await scenario(run)
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    gc?.()
    const before = process.memoryUsage().heapUsed
    for (let j = 0; j < weighed; j++) await scenario(run)
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / (weighed * burst))
  }
  return Math.max(0, least)
}

const [name = '', budget = '300', what = 'ns'] = process.argv.slice(2)
const subject = executorSubjects.find((candidate) => candidate.name === name)
if (subject === undefined) throw new Error(`no subject ${name}`)
const run = subject.make(async () => {})
const results: Record<string, number> = {}
for (const [scenario, act] of Object.entries(scenarios)) {
  if (what === 'ns') results[scenario] = await nsPerTask(act, run, Number(budget))
  else results[scenario] = await bytesPerTask(act, run)
}
console.log(JSON.stringify(results))
process.exit(0)
