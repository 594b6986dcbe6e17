/** The command line. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Scenario, scenarios } from './scenario.ts'

export interface Options {
  readonly scenario: Scenario
  readonly seconds: number
  readonly load: number
  readonly port: number
  readonly plain: boolean
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly integer: boolean
}

function number({ min, max, integer }: Bounds): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    const good = value >= min && value <= max && (!integer || Number.isInteger(value))
    if (!good)
      throw new InvalidArgumentError(`It must be ${integer ? 'an integer' : 'a number'} from ${min} to ${max}.`)
    return value
  }
}

const names = scenarios.map(({ name }) => name)
const about = (command: string): string => `
Scenarios:
${scenarios.map((scenario) => `  ${scenario.name.padEnd(12)}${scenario.about}`).join('\n')}

Examples:
  ${command}
  ${command} -- --scenario downstream --load 8
  ${command} -- --plain --seconds 20 | tee run.txt
`

/** Reads the command line. Prints help, or a sentence about what is wrong, and ends the process itself. */
export function readOptions(command: string, argv: readonly string[]): Options {
  const program = new Command(`${command} --`)
    .description(
      'Runs the same shop twice, with and without overload control, overloads both, and shows what becomes of them.',
    )
    .addOption(new Option('--scenario <name>', 'what the clients do').choices(names).default('mixed'))
    .option('--seconds <n>', 'length of the run', number({ min: 8, max: 3600, integer: true }), 40)
    .option(
      '--load <times>',
      'overload, as a multiple of what the shop can do',
      number({ min: 1, max: 20, integer: false }),
      4,
    )
    .option(
      '--port <n>',
      'port of the unprotected shop; the protected one takes the next',
      number({ min: 0, max: 65_534, integer: true }),
      0,
    )
    .option('--plain', 'no live picture: one line per second (default without a terminal)')
    .addHelpText('after', about(command))
    .showHelpAfterError('(--help lists everything)')
  const { scenario, ...flags } = program
    .parse(argv)
    .opts<Omit<Options, 'scenario' | 'plain'> & { scenario: string; plain?: true }>()
  const found = scenarios.find(({ name }) => name === scenario)
  if (found === undefined) return program.error(`unknown scenario ${scenario}`)
  return { ...flags, plain: flags.plain === true, scenario: found }
}
