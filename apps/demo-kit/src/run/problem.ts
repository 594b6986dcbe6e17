/** What can go wrong and is nobody's bug: told in a sentence, without a stack. */
export class Problem extends Error {
  override readonly name = 'Problem'
}
