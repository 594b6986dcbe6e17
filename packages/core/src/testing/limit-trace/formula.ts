/** Reads the formulas in which traces write down what depends on the limit: `3*log10i`, `max(4,sqrti)`, `limit*1.1`, `-log10i`. */
import { log10i, sqrti, type LimitFunction } from '../../concurrency/limit/limit-functions.ts'

type Call = (...numbers: number[]) => number

const calls: Readonly<Record<string, Call>> = {
  log10i: (limit = NaN) => log10i(Math.trunc(limit)),
  sqrti: (limit = NaN) => sqrti(Math.trunc(limit)),
  log10: (x = NaN) => Math.log10(x),
  sqrt: (x = NaN) => Math.sqrt(x),
  max: Math.max,
  min: Math.min,
  ceil: (x = NaN) => Math.ceil(x),
  floor: (x = NaN) => Math.floor(x),
  trunc: (x = NaN) => Math.trunc(x),
  int: (x = NaN) => Math.trunc(x),
}
const variables = ['limit', 'l', 'n', 'x', 'estimate', 'estimated', 'estimatedlimit', 'concurrency']
const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

/** Functions without parentheses are of the limit. Throws a TypeError for what is no formula. */
export function parseFormula(text: string): LimitFunction {
  return new Parser(text).whole()
}

/**
 * The next limit from the present one. `+log10i` and `*1.1` begin with the limit that is not written; a formula without the limit is a
 * step, up if `sign` is 1 and down if it is -1; any other is the next limit.
 */
export function parseMove(text: string, sign: 1 | -1): LimitFunction {
  if (/^\s*[-+*/]/.test(text)) return parseFormula(`limit${text}`)
  const parser = new Parser(text)
  const formula = parser.whole()
  return parser.namesLimit ? formula : (limit) => limit + sign * formula(limit)
}

class Parser {
  namesLimit = false
  readonly #text: string
  readonly #tokens: readonly string[]
  readonly #variables: readonly string[]
  #at = 0

  constructor(text: string) {
    const arrow = /^\s*\(?\s*([a-z_]\w*)\s*\)?\s*[-=]>/i.exec(text)
    const body = (arrow === null ? text : text.slice(arrow[0].length)).toLowerCase().replaceAll('math.', '')
    this.#text = text
    this.#tokens = body.match(/\d+(?:\.\d+)?(?:e[-+]?\d+)?|[a-z_]\w*|\S/g) ?? []
    this.#variables = arrow === null ? variables : [...variables, arrow[1]!.toLowerCase()]
  }

  whole(): LimitFunction {
    const formula = this.#sum()
    return this.#at === this.#tokens.length ? formula : this.#fail()
  }

  #sum(): LimitFunction {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/'], () => this.#value()))
  }

  #chain(operators: readonly string[], operand: () => LimitFunction): LimitFunction {
    let left = operand()
    for (let operator = this.#tokens[this.#at]; operators.includes(operator ?? ''); operator = this.#tokens[this.#at]) {
      this.#at++
      const [before, after, apply] = [left, operand(), arithmetic[operator!]!]
      left = (limit) => apply(before(limit), after(limit))
    }
    return left
  }

  #value(): LimitFunction {
    const token = this.#tokens[this.#at++] ?? ''
    if (token === '-') {
      const value = this.#value()
      return (limit) => -value(limit)
    }
    if (token === '(') return this.#closed(this.#sum())
    if (/^\d/.test(token)) return () => Number(token)
    if (this.#variables.includes(token)) {
      this.namesLimit = true
      return (limit) => limit
    }
    return Object.hasOwn(calls, token) ? this.#call(calls[token]!) : this.#fail()
  }

  #call(call: Call): LimitFunction {
    if (this.#tokens[this.#at] !== '(') return (limit) => call(limit)
    this.#at++
    const operands = [this.#sum()]
    for (; this.#tokens[this.#at] === ','; operands.push(this.#sum())) this.#at++
    return this.#closed((limit) => call(...operands.map((operand) => operand(limit))))
  }

  #closed(formula: LimitFunction): LimitFunction {
    return this.#tokens[this.#at++] === ')' ? formula : this.#fail()
  }

  #fail(): never {
    const text = JSON.stringify(this.#text.slice(0, 60))
    throw new TypeError(`limit trace: no formula of the limit: ${text}; such are 3*log10i, max(4,sqrti), limit*1.1`)
  }
}
