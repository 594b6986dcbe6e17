/** Child process: measures one primitive alone, so that no other shapes its machine code, and prints one line of JSON. */
import { primitives } from './primitives/all.ts'

/** Of one operation. */
export interface PrimitiveResult {
  readonly ns: number
  readonly bytes: number
}

const [name = '', operations = '1000000'] = process.argv.slice(2)
const primitive = primitives.flatMap(({ rows }) => rows).find((candidate) => candidate.name === name)
if (primitive === undefined) throw new Error(`no primitive ${name}`)

const act = primitive.make()
const n = Number(operations)
for (let i = 0; i < 3; i++) await act(n)
const start = process.hrtime.bigint()
await act(n)
const ns = Number(process.hrtime.bigint() - start) / n

// The young generation is large enough that nothing is collected meanwhile.
const some = Math.min(n, 200_000)
let bytes = Infinity
for (let i = 0; i < 3; i++) {
  gc?.()
  const before = process.memoryUsage().heapUsed
  await act(some)
  bytes = Math.min(bytes, (process.memoryUsage().heapUsed - before) / some)
}
const result: PrimitiveResult = { ns, bytes: Math.max(0, bytes) }
console.log(JSON.stringify(result))
