/** The stage of a case: one server whose application does what the case tells it to, request by request. */
import { deferred, eventually, type Deferred } from './client.ts'
import type { Application, ApplicationRequest, Control, Harness, Reply, Served, Setup } from './harness.ts'

/** One request that reached the application, waiting for what the case makes of it. */
export interface Scene {
  readonly request: ApplicationRequest
  readonly reply: Deferred<Reply>
}

/** A running server, and everything that reached its application. */
export interface Stage extends Served {
  /** Requests that reached the application, in order. Each waits for its reply. */
  readonly scenes: readonly Scene[]
  /** How many requests the control counts as running. */
  inflight(): Promise<number>
  /** How many requests the control lets wait. */
  waiting(): Promise<number>
  /** Resolves when `count` requests have reached the application, with the last of them. */
  entered(count: number): Promise<Scene>
}

/** Everything beside the control. */
export type StageOptions = Omit<Partial<Setup>, 'control'>

/**
 * Runs `play` with a server behind `control`, then checks the promise that every case makes: nothing is counted as running
 * any more, and nothing waits. Without an application of its own the stage's lets each request wait for {@link Scene.reply}.
 */
export async function staged(
  harness: Harness,
  control: Control,
  play: (stage: Stage) => Promise<void>,
  options: StageOptions = {},
): Promise<void> {
  const scenes: Scene[] = []
  const application: Application = (request) => {
    const scene = { request, reply: deferred<Reply>() }
    scenes.push(scene)
    return scene.reply.promise
  }
  const served = await harness.serve({ control, application, ...options })
  const stage: Stage = {
    ...served,
    scenes,
    inflight: async () => (await served.counts()).inflight,
    waiting: async () => (await served.counts()).waiting,
    async entered(count) {
      await eventually(`${count} requests reached the application`, () => scenes.length >= count)
      return scenes[count - 1] as Scene
    },
  }
  try {
    await play(stage)
    await assertSettled(served)
  } finally {
    await served.close()
  }
}

/** Nothing runs and nothing waits any more, and everything that was let in is over. */
export async function assertSettled(served: Served): Promise<void> {
  await eventually('nothing ran or waited any more', async () => {
    const { inflight, waiting, admitted, released } = await served.counts()
    return inflight === 0 && waiting === 0 && released === admitted
  })
}

/** An application that answers at once. */
export function answering(reply: Reply = { body: 'ok' }): Application {
  return () => reply
}
