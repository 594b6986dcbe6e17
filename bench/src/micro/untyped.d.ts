/** The parts we use of a peer that ships no types. */
declare module 'opossum' {
  export default class CircuitBreaker {
    constructor(action: () => Promise<unknown>, options: Readonly<Record<string, unknown>>)
    fire(): Promise<unknown>
  }
}
