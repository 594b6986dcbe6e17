/** Says in plain sentences what is being seen. */
import type { Moment } from './board.ts'
import type { Stretch } from './scenario.ts'

export interface Scene {
  readonly stretch: Stretch['name']
  /** Offered load as a multiple of the capacity. */
  readonly times: number
  readonly unprotected: Moment
  readonly protected: Moment
}

/** One to three sentences, each fit for a line or two. */
export function narrate(scene: Scene): readonly string[] {
  if (scene.stretch === 'calm') {
    const alike = [scene.unprotected, scene.protected].every(({ served, offered }) => served >= 0.97 * offered)
    const start = 'Half of what the shop can do is asked for.'
    if (alike) return [`${start} Both twins serve everybody, and you cannot tell them apart.`]
    return [start, alone(scene.unprotected), guarded(scene.protected)]
  }
  if (scene.stretch === 'calm again')
    return [after('unprotected', scene.unprotected), after('protected', scene.protected)]
  const rising =
    scene.stretch === 'rising' ? [`The load rises: ${scene.times.toFixed(1)} times what the shop can do.`] : []
  return [...rising, alone(scene.unprotected), guarded(scene.protected)]
}

/** So many of so many in the last second, in whole clients. */
function of(part: number, { offered }: Moment): string {
  const count = Math.min(Math.round(part), Math.round(offered))
  return `${count === 0 ? 'none' : count} of its last ${Math.round(offered)} clients`
}

function alone(now: Moment): string {
  if (now.unanswered < 0.02 * now.offered) return 'The unprotected twin still keeps up.'
  const answered = now.served + now.refused
  const rest = 'The others gave up after half a second, and it still works for them.'
  return `The unprotected twin answered ${of(answered, now)}. ${rest}`
}

function guarded(now: Moment): string {
  const served = `The protected twin served ${of(now.served, now)}`
  const unanswered = Math.round(now.unanswered)
  if (now.refused < 0.5) return `${served}${unanswered === 0 ? '' : `; ${unanswered} got no answer`}.`
  const quietly = unanswered === 0 ? 'nobody was left without an answer' : `${unanswered} got no answer`
  return `${served}, and told ${Math.round(now.refused)} at once to come back later; ${quietly}.`
}

function after(name: string, now: Moment): string {
  if (now.served >= 0.97 * now.offered) return `The load is back to a half, and the ${name} twin serves everybody.`
  if (name === 'protected') return `The load is back to a half; the protected twin served ${of(now.served, now)}.`
  const why = 'it still works through requests whose clients have left'
  return `The load is back to a half, but the unprotected twin served ${of(now.served, now)}: ${why}.`
}
