/** Which of many is the first by a number that keeps changing. */

/** Something with a changing rank; the heap owns both fields. */
export interface Ranked {
  /** The rank when it was last looked at. */
  rank: number
  /** Where it is in the heap; -1 while it is not. */
  slot: number
}

/**
 * A binary heap, highest rank first, that is told only of ranks that rise: O(log n). One that has fallen is noticed when it surfaces,
 * so that a thousand falls in a row cost nothing.
 */
export class RankHeap<N extends Ranked> {
  readonly #heap: N[] = []
  readonly #rankOf: (node: N) => number

  constructor(rankOf: (node: N) => number) {
    this.#rankOf = rankOf
  }

  /** Puts a node in, or takes note that its rank may have risen. */
  raise(node: N): void {
    const rank = this.#rankOf(node)
    if (node.slot < 0) {
      node.rank = rank
      this.#put(node, this.#heap.length)
    } else if (rank > node.rank) node.rank = rank
    else return
    this.#siftUp(node)
  }

  /** Takes a node out; no-op for one that is not in. */
  remove(node: N): void {
    const { slot } = node
    if (slot < 0) return
    node.slot = -1
    const last = this.#heap.pop() as N
    if (last === node) return
    this.#put(last, slot)
    this.#siftUp(last)
    this.#siftDown(last)
  }

  /** The node of the highest rank. */
  top(): N | undefined {
    for (;;) {
      const node = this.#heap[0]
      if (node === undefined) return undefined
      const rank = this.#rankOf(node)
      if (!(rank < node.rank)) return node
      node.rank = rank
      this.#siftDown(node)
    }
  }

  /**
   * Whether the nodes that rank above `floor` have at least `need` together of what `gain` says. Looks at no more than `most` nodes, and
   * says no if that does not settle it.
   */
  covers(need: number, floor: number, gain: (node: N) => number, most = 64): boolean {
    const open = [0]
    let missing = need
    // Below one that does not rank above the floor nobody does.
    for (let i = 0; i < open.length && i < most; i++) {
      const slot = open[i]!
      const node = this.#heap[slot]
      if (node === undefined || !(node.rank > floor)) continue
      missing -= Math.max(0, gain(node))
      if (missing <= 0) return true
      open.push(2 * slot + 1, 2 * slot + 2)
    }
    return false
  }

  #siftUp(node: N): void {
    while (node.slot > 0) {
      const parent = this.#heap[(node.slot - 1) >> 1]!
      if (!(node.rank > parent.rank)) return
      this.#swap(node, parent)
    }
  }

  #siftDown(node: N): void {
    for (;;) {
      const left = this.#heap[2 * node.slot + 1]
      const right = this.#heap[2 * node.slot + 2]
      const first = right !== undefined && right.rank > left!.rank ? right : left
      if (first === undefined || !(first.rank > node.rank)) return
      this.#swap(node, first)
    }
  }

  #swap(a: N, b: N): void {
    const { slot } = a
    this.#put(a, b.slot)
    this.#put(b, slot)
  }

  #put(node: N, slot: number): void {
    this.#heap[slot] = node
    node.slot = slot
  }
}
