/** The header `Forwarded` of RFC 7239. */

const quote = 34
const backslash = 92
const comma = 44
const semicolon = 59

/**
 * The `for` of each element in order; an empty string for an element that has none, or more than one. Identifiers such as
 * `unknown` and `_hidden` come back as they are: they are no addresses, and end the walk. Nothing at all comes back for a header
 * with a quote that is never closed: there a caller tries to swallow what the proxies behind him append.
 */
export function forwardedFor(header: string): readonly string[] {
  return (split(header, comma) ?? []).map((element) => {
    const values = (split(element, semicolon) ?? [])
      .map((pair) => pair.trim())
      .filter((pair) => /^for\s*=/i.test(pair))
      .map((pair) => unquote(pair.slice(pair.indexOf('=') + 1).trim()))
    return values.length === 1 ? (values[0] ?? '') : ''
  })
}

/** Splits at a separator that stands outside quoted strings; `undefined` if a quote is not closed. */
function split(text: string, separator: number): readonly string[] | undefined {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted && code === backslash) at++
    else if (code === quote) quoted = !quoted
    else if (code === separator && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return quoted ? undefined : parts
}

function unquote(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  return value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}
