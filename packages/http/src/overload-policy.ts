/** Overload control for HTTP requests, around whatever control it is given. */

import type { Environment, Gate } from '@spillway/core'
import { createHttpPolicy } from './http-policy.ts'
import { httpOptionNames } from './options.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPolicy } from './policy.ts'
import type { Reader } from './reader.ts'

/** A gate that wants to know of new connections. */
export interface OverloadGate extends Gate {
  arrived(): void
}

/** Makes a control from the options that are its own; it checks them. */
export type CreateControl<Options, Control extends OverloadGate> = (
  environment: Environment,
  options: Options,
) => Control

/** The policy and the control inside it, for snapshots, changes at run time, draining and closing. */
export interface OverloadPolicy<Req, Control extends OverloadGate> extends HttpPolicy<Req> {
  readonly control: Control
  arrived(): void
}

/** What {@link createOverloadPolicyWith} is told. */
export interface OverloadPolicyInit<Req, Options, Control extends OverloadGate> {
  readonly reader: Reader<Req>
  readonly environment: Environment
  readonly options: HttpOptions<Req> & Options
  readonly create: CreateControl<Options, Control>
}

/**
 * Splits the options between HTTP and the control, and joins the two. What HTTP does not know is the control's, so a
 * mistyped option is reported by the control. Says nothing about capacity: there are no quotas to send.
 */
export function createOverloadPolicyWith<Req, Options extends object, Control extends OverloadGate>(
  init: OverloadPolicyInit<Req, Options, Control>,
): OverloadPolicy<Req, Control> {
  const { reader, environment, options, create } = init
  const owner = 'overloadControl'
  const isHttp = ([name]: [string, unknown]): boolean => httpOptionNames.includes(name)
  const entries = Object.entries(options)
  const httpOptions = Object.fromEntries(entries.filter(isHttp)) as HttpOptions<Req>
  const control = create(environment, Object.fromEntries(entries.filter((entry) => !isHttp(entry))) as Options)
  const parts = { gate: control, clock: environment.clock, owner, defaultName: 'overload', defaultKey: 'none' } as const
  const policy = createHttpPolicy(reader, {
    random: environment.random,
    ...httpOptions,
    ...parts,
  })
  return Object.assign(policy, { control, arrived: () => control.arrived() })
}
