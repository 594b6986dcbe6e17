/** Keys as a server gets them: flat strings of addresses. */

/** The i-th address, in one piece of memory: joined strings would be trees that every reader walks. */
export function addressKey(i: number): string {
  return Buffer.from(`10.${i >>> 16}.${(i >>> 8) & 255}.${i & 255}`).toString('latin1')
}

/** `count` different addresses. */
export function addressKeys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => addressKey(i))
}

/** 2^20 indices below `count`, scattered so that caches do not guess the next, each about equally often. */
export function scatteredOrder(count: number): Int32Array {
  const order = new Int32Array(2 ** 20)
  let at = 1
  for (let i = 0; i < order.length; i++) {
    // A full-period generator of 2^32 numbers (Numerical Recipes).
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0
    order[i] = Math.floor((at / 2 ** 32) * count)
  }
  return order
}

/** `count` (at most 2^20) different addresses, neighbours far apart: made in the order in which they will ask. */
export function scatteredKeys(count: number): string[] {
  const keys: string[] = []
  for (let i = 0; i < 2 ** 20; i++) {
    const address = Math.imul(i, 0x9e3779b1) & 0xfffff
    if (address < count) keys.push(addressKey(address))
  }
  return keys
}

/** 2^20 indices that go round and round below `count`. */
export function roundOrder(count: number): Int32Array {
  return Int32Array.from({ length: 2 ** 20 }, (_, i) => i % count)
}
