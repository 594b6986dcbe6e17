/** The default, and its algorithms one by one. */
import { createOverloadControl, FixedLimit, KneeLimit } from '@spillway/core'
import { refusing, type Subject } from '../subject.ts'

/** The name of the default among the subjects. */
export const theDefault = 'spillway'

export const ours: readonly Subject[] = [
  {
    name: theDefault,
    kind: 'ours',
    about: 'createOverloadControl() with no options',
    make: (environment) => createOverloadControl(environment),
  },
  {
    name: 'knee',
    kind: 'part',
    about: 'the knee limit, refusing at once',
    make: (environment) => refusing(environment, new KneeLimit()),
  },
  {
    name: 'fixed right',
    kind: 'part',
    about: "a fixed limit of what Little's law asks for: perfect foresight",
    make: (environment, { right }) => refusing(environment, new FixedLimit(right)),
  },
]
