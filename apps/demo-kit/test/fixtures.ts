/** Slices, phases and boards with everything that a test does not care about. */
import type { Counts, PhaseResult, Slice } from '@spillway/bench/load'
import { moment, type SideBoard } from '../src/run/board.ts'
import type { Board } from '../src/run/view.ts'

const nobody: Counts = {
  offered: 0,
  served: 0,
  refused: 0,
  failed: 0,
  unanswered: 0,
  errors: 0,
  answeredIn250: 0,
  tries: 0,
}
const silence = { count: 0, p50: undefined, p99: undefined, max: undefined }

export function slice(part: Partial<Slice>): Slice {
  return {
    ...nobody,
    phase: 0,
    atMs: 0,
    lengthMs: 250,
    servedLatency: silence,
    refusedLatency: silence,
    byPriority: {},
    ...part,
  }
}

export function phase(part: Partial<PhaseResult>): PhaseResult {
  return {
    ...nobody,
    name: 'overload',
    seconds: 10,
    offeredPerSecond: 0,
    servedPerSecond: 0,
    completed: 0,
    completedPerSecond: 0,
    answeredShare: 1,
    servedLatency: silence,
    refusedLatency: silence,
    byPriority: {},
    byTenant: {},
    byPath: {},
    sendLag: silence,
    ...part,
  }
}

export function sideBoard(part: Partial<Slice>, count = 4): SideBoard {
  const slices = Array.from({ length: count }, (_, index) => slice({ atMs: index * 250, ...part }))
  return {
    now: moment(slices.slice(-4)),
    slices,
    report: { inflight: 3, served: 0, control: undefined },
    reasons: {},
  }
}

export function board(part: Partial<Board>): Board {
  return {
    app: { framework: 'Express', line: 'app.use(overloadControl({ priority }))' },
    scenario: 'mixed',
    cores: 'Each twin has a core, with its clients.',
    capacity: 200,
    seconds: 40,
    atSeconds: 1,
    stretch: 'calm',
    times: 0.5,
    urls: { unprotected: 'http://127.0.0.1:40001', protected: 'http://127.0.0.1:40002' },
    unprotected: sideBoard({ offered: 25, served: 25, answeredIn250: 25 }),
    protected: sideBoard({ offered: 25, served: 25, answeredIn250: 25 }),
    ...part,
  }
}
